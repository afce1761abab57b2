// config/alting.json: what Altinn apps do in program code, said in configuration (docs/app-folder.md).
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "forms/app.h"
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

struct TaskRule {
  Flag when;
  std::string title, body, template_text;  // text ids
};

struct WayTextIds {
  std::string title, text;
};

struct SupplementTextIds {
  std::string ask, start_new, add;
};

using Words = std::map<std::string, std::string, std::less<>>;  // by language

struct Config {
  bool present = false;
  std::string controller_number, dpo_email, dpo_phone;
  Words controller_name;
  std::string lead, for_whom, legal_basis, who_sees, topic;  // text ids
  std::vector<std::string> prepare, keywords, other_ways, receipt_next;
  int minutes = 0;
  std::map<std::string, DatedRule, std::less<>> rules;
  std::vector<DeadlineRule> deadlines;
  Flag later_required;
  std::vector<std::string> open_phrases;  // text ids: an answer with these words says that one does not know yet
  int reminder_days = 14;
  std::vector<WayTextIds> way_texts;  // as AppFacts::ways
  int ways_line = 0;
  std::vector<TaskRule> tasks;
  std::vector<StopRule> stops;
  Flag urgent;  // what was sent must be looked at at once
  SupplementTextIds supplement;
  std::map<std::string, std::string, std::less<>> agency_labels;  // path -> text id, where the field's own is too long

  struct Use {  // a text id, path, page or data type of files named somewhere, to be checked by the loader
    std::string name;
    int line = 0;
  };
  std::vector<Use> texts, paths, pages, uploads;
  std::string file;
};

// What other rooms may know of it goes into `facts`.
[[nodiscard]] Config read_config(const Source& source, AppFacts& facts, std::vector<Fault>& faults);

}  // namespace alting::forms
