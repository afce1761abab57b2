#include "forms/expression.h"

#include "forms/functions.h"

namespace alting::forms {

namespace {

std::string expected_count(const Function& function, std::size_t got) {
  if (function.name == "if") return fmt::format("Expected either 2 arguments (if) or 4 (if + else), got {}", got);
  std::string wanted = std::to_string(function.min_args);
  if (function.max_args == any_number)
    wanted += "+";
  else if (function.max_args != function.min_args)
    wanted += fmt::format("-{}", function.max_args);
  bool arithmetic =
      function.name == "plus" || function.name == "minus" || function.name == "multiply" || function.name == "divide";
  return fmt::format("{}Expected {} argument(s), got {}", arithmetic ? "Invalid number of arguments: " : "", wanted,
                     got);
}

bool is_literal_text(const Expr& expr, std::string_view text) {
  return expr.function == nullptr && expr.literal.is_string() && expr.literal.as_string() == text;
}

// Arguments that must be literals.
std::optional<std::string> literal_fault(const Expr& call) {
  const auto name = call.function->name;
  const auto& args = call.args;
  if (name == "if") {
    if (args.size() == 3) return "Expected either 2 arguments (if) or 4 (if + else), got 3";
    if (args.size() == 4 && !is_literal_text(args[2], "else")) return "Expected third argument to be \"else\"";
  }
  if (name == "compare") {
    if (args.size() == 4 && !is_literal_text(args[1], "not"))
      return "Second argument must be \"not\" when providing 4 arguments in total";
    const auto& op = args[args.size() == 4 ? 2 : 1];
    if (op.function != nullptr || op.literal.is_null()) return "Invalid operator (it cannot be an expression or null)";
    static constexpr std::array<std::string_view, 10> operators{
        "equals",   "greaterThan", "greaterThanEq", "lessThan",  "lessThanEq",
        "isBefore", "isBeforeEq",  "isAfter",       "isAfterEq", "isSameDay"};
    if (!op.literal.is_string() || std::ranges::find(operators, op.literal.as_string()) == operators.end()) {
      return fmt::format("Invalid operator {}", shown(op.literal));
    }
  }
  if (name == "dataModel" && args.size() == 2 && args[1].function != nullptr)
    return "The data type must be a string (expressions cannot be used here)";
  if (name == "deadline" && args.size() == 2 && !is_literal_text(args[1], "target") &&
      !is_literal_text(args[1], "statutoryEnd"))
    return "Expected second argument to be \"target\" or \"statutoryEnd\"";
  if (name == "optionLabel" && (args[0].function != nullptr || !args[0].literal.is_string()))
    return "Expected an options id as first argument";
  return std::nullopt;
}

void compile_into(const Node& node, std::vector<ExprFault>& faults, Expr& out, int depth) {
  out.line = node.line();
  if (!node.json().is_array()) {
    out.literal = node.json();
    return;
  }
  if (depth > 30) return faults.push_back({node.line(), "expressions nested too deep"});
  const auto items = node.items();
  if (items.empty()) return faults.push_back({node.line(), "Missing function name in expression"});
  if (!items[0].json().is_string())
    return faults.push_back({node.line(), "Function name in expression should be string"});
  const auto& name = items[0].json().as_string();
  const auto* function = find_function(name);
  for (std::size_t i = 1; i < items.size(); ++i) compile_into(items[i], faults, out.args.emplace_back(), depth + 1);
  if (function == nullptr)
    return faults.push_back(
        {node.line(), fmt::format("Function \"{}\" not implemented: there is no such function", name)});
  out.function = function;
  if (out.args.size() < function->min_args || out.args.size() > function->max_args) {
    return faults.push_back({node.line(), expected_count(*function, out.args.size())});
  }
  if (auto fault = literal_fault(out)) faults.push_back({node.line(), fmt::format("{}: {}", name, *fault)});
}

}  // namespace

ExprPtr compile(const Node& node, std::vector<ExprFault>& faults) {
  auto expr = std::make_shared<Expr>();
  auto before = faults.size();
  compile_into(node, faults, *expr, 0);
  if (faults.size() != before) return nullptr;
  return expr;
}

ExprPtr compile(const Node& node, std::string_view what, std::vector<Fault>& faults) {
  std::vector<ExprFault> found;
  auto expr = compile(node, found);
  for (auto& fault : found) {
    auto named = node.fault(fmt::format("{}: {}", what, fault.message));
    named.line = fault.line;
    faults.push_back(std::move(named));
  }
  return expr;
}

Flag read_flag(const Node& node, std::string_view what, std::vector<Fault>& faults) {
  Flag flag;
  if (!node.exists() || node.json().is_null()) return flag;
  if (node.json().is_bool()) {
    flag.value = node.json().as_bool();
  } else if (node.json().is_array()) {
    flag.expression = compile(node, what, faults);
  } else {
    faults.push_back(node.fault(fmt::format("{} must be true, false or an expression", what)));
  }
  return flag;
}

void for_each_call(const Expr& expr, std::string_view name, const std::function<void(const Json&, int)>& visit) {
  if (expr.function != nullptr && expr.function->name == name && !expr.args.empty() &&
      expr.args[0].function == nullptr) {
    visit(expr.args[0].literal, expr.line);
  }
  for (const auto& arg : expr.args) for_each_call(arg, name, visit);
}

}  // namespace alting::forms
