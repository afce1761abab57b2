// config/alting.json: what Altinn apps do in program code, said in configuration (docs/app-folder.md).
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "forms/expression.h"

namespace alting::forms {

struct RuleRow {
  std::string valid_from, valid_to;  // YYYY-MM-DD; valid_to is the last day, "" without end
  std::map<std::string, std::string, std::less<>> values;
  std::string source;
};
struct DatedRule {
  std::vector<RuleRow> rows;
  [[nodiscard]] const RuleRow* in_force(std::string_view date) const;  // nullptr when there is none
};

struct DeadlineRule {
  std::string id, from, rule, hours;              // `from` is a path, `hours` names a value of the rule
  std::string title, explanation, late, in_time;  // text ids
  std::string late_reason;                        // path
};

struct StopRule {
  ExprPtr when;
  std::string title, body;  // text ids
};

struct SupplementRule {
  bool declared = false;
  std::string ask, start_new, add;  // text ids
  std::string type_field, reference_field, text_field, page, attachments;
  std::vector<std::string> types, new_types;
};

using Words = std::map<std::string, std::string, std::less<>>;  // by language

struct Config {
  bool present = false;
  std::string version = "1";
  std::string controller_number, dpo_email, dpo_phone;
  Words controller_name;
  std::string for_whom, legal_basis, who_sees, topic;  // text ids
  std::vector<std::string> prepare, keywords, receipt_next;
  int minutes = 0;
  int authentication_level = 3;
  std::map<std::string, DatedRule, std::less<>> rules;
  std::vector<DeadlineRule> deadlines;
  Flag later_required;
  int reminder_days = 14;
  std::vector<StopRule> stops;
  SupplementRule supplement;
  std::string title_field, own_reference_field;
  std::vector<std::string> agency_columns;
  std::map<std::string, std::string, std::less<>> agency_labels;  // path -> text id, where the field's own is too long

  struct Use {  // a text id, path or page named somewhere, to be judged by the loader
    std::string name;
    int line = 0;
  };
  std::vector<Use> texts, paths, pages;
  std::string file;
};

[[nodiscard]] Config read_config(const Source& source, std::vector<Fault>& faults);

}  // namespace alting::forms
