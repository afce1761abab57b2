#include "forms/rules.h"

#include "forms/functions.h"

namespace alting::forms {

std::vector<RuleIssue> run_rules(Evaluator& evaluator, const std::vector<FieldRules>& rules,
                                 const std::function<bool(const std::string&)>& counts) {
  std::vector<RuleIssue> out;
  const auto* data = evaluator.data_of("");
  if (data == nullptr) return out;
  for (const auto& field : rules) {
    for (const auto& path : expand(*data, field.pattern)) {
      const auto* value = value_at(*data, path);
      if (value == nullptr || value->is_null() || !counts(path)) continue;
      std::vector<Json> arguments{Json(path)};
      Json values = Json::object({{"field", Json(path)}});
      Scope scope;
      scope.rows = rows_of(path);
      scope.argv = &arguments;
      scope.values = &values;
      scope.default_value = "field";
      for (const auto& rule : field.rules) {
        auto answer = evaluator.evaluate(*rule.condition, scope);
        if (!answer || !to_bool_value(*answer).value_or(false)) continue;
        out.push_back({path, rule.severity, evaluator.text(rule.message, scope).plain()});
      }
    }
  }
  return out;
}

}  // namespace alting::forms
