#include "forms/config.h"

#include "forms/options.h"

namespace alting::forms {

namespace {

class ConfigReader {
 public:
  ConfigReader(const Source& source, AppFacts& facts, std::vector<Fault>& faults)
      : root_(source), facts_(facts), faults_(faults) {
    config_.file = source.file;
  }

  Config read() {
    config_.present = true;
    known(root_, {"$schema", "version", "controller", "start", "minimumAuthenticationLevel", "rules", "deadlines",
                  "later", "stops", "supplement", "summaryFields", "agency", "receipt", "ways"});
    if (root_["version"].exists()) facts_.version = code_text(root_["version"].json());
    if (auto level = root_["minimumAuthenticationLevel"].json().integer())
      facts_.minimum_authentication_level = static_cast<int>(std::clamp<std::int64_t>(*level, 0, 4));
    read_controller(root_["controller"]);
    read_start(root_["start"]);
    read_rules(root_["rules"]);
    for (const auto& item : root_["deadlines"].items()) read_deadline(item);
    read_later(root_["later"]);
    for (const auto& item : root_["stops"].items()) read_stop(item);
    read_supplement(root_["supplement"]);
    facts_.summary_title_path = path(root_["summaryFields"]["title"]);
    path(root_["summaryFields"]["ownReference"]);  // checked, and used by nothing
    known(root_["agency"], {"columns", "urgent"});
    for (const auto& item : root_["agency"]["columns"].items()) read_column(item);
    config_.urgent = read_flag(root_["agency"]["urgent"], "agency.urgent", faults_);
    known(root_["receipt"], {"next", "tasks"});
    config_.receipt_next = texts(root_["receipt"]["next"]);
    for (const auto& item : root_["receipt"]["tasks"].items()) read_task(item);
    read_ways(root_["ways"]);
    return std::move(config_);
  }

 private:
  void known(const Node& node, std::initializer_list<std::string_view> names) {
    for (const auto& [name, item] : node.members()) {
      if (std::find(names.begin(), names.end(), name) == names.end())
        faults_.push_back(item.fault(fmt::format("unknown property \"{}\"", name)));
    }
  }
  std::string text(const Node& node) {
    if (!node.exists() || node.json().is_null()) return "";
    if (!node.json().is_string()) {
      faults_.push_back(node.fault("a text id is wanted here"));
      return "";
    }
    if (!node.json().as_string().empty()) config_.texts.push_back({node.json().as_string(), node.line()});
    return node.json().as_string();
  }
  std::vector<std::string> texts(const Node& node) {
    std::vector<std::string> out;
    for (const auto& item : node.items()) out.push_back(text(item));
    return out;
  }
  std::string path(const Node& node) {
    if (!node.exists() || node.json().is_null()) return "";
    auto out = std::string(node.json().text_or(""));
    config_.paths.push_back({out, node.line()});
    return out;
  }
  std::vector<std::string> codes(const Node& node) {
    std::vector<std::string> out;
    for (const auto& item : node.items()) out.push_back(code_text(item.json()));
    return out;
  }

  void read_controller(const Node& node) {
    known(node, {"orgnr", "name", "dpo"});
    config_.controller_number = node.text("orgnr");
    for (const auto& [language, item] : node["name"].members())
      config_.controller_name.emplace(language, item.json().text_or(""));
    config_.dpo_email = node["dpo"].text("email");
    config_.dpo_phone = node["dpo"].text("phone");
  }

  void read_start(const Node& node) {
    known(node, {"forWhom", "prepare", "minutes", "legalBasis", "whoSees", "keywords", "topic", "lead", "otherWays"});
    config_.lead = text(node["lead"]);
    config_.other_ways = texts(node["otherWays"]);
    config_.for_whom = text(node["forWhom"]);
    config_.prepare = texts(node["prepare"]);
    config_.minutes = minutes_in(node);
    config_.legal_basis = text(node["legalBasis"]);
    config_.who_sees = text(node["whoSees"]);
    config_.keywords = texts(node["keywords"]);
    config_.topic = node.text("topic");
  }

  // A path, or {"field": path, "label": text id} when the field's own label is too long for a column.
  void read_column(const Node& node) {
    if (!node.json().is_object()) return facts_.agency_columns.push_back(path(node));
    known(node, {"field", "label"});
    facts_.agency_columns.push_back(path(node["field"]));
    if (const auto label = text(node["label"]); !label.empty())
      config_.agency_labels.emplace(facts_.agency_columns.back(), label);
  }

  void read_rules(const Node& node) {
    for (const auto& [id, rows] : node.members()) {
      DatedRule rule;
      for (const auto& item : rows.items()) {
        RuleRow row{item.text("validFrom"), item.text("validTo"), {}, item.text("source")};
        for (const auto& [name, value] : item["values"].members()) row.values.emplace(name, code_text(value.json()));
        if (!base::is_date(row.valid_from))
          faults_.push_back(item.fault(fmt::format("rule \"{}\": validFrom must be a date", id)));
        if (!row.valid_to.empty() && (!base::is_date(row.valid_to) || row.valid_to < row.valid_from)) {
          faults_.push_back(
              item.fault(fmt::format("rule \"{}\": validTo must be null or a date not before validFrom", id)));
        }
        rule.rows.push_back(std::move(row));
      }
      if (rule.rows.empty()) faults_.push_back(rows.fault(fmt::format("rule \"{}\" has no rows", id)));
      config_.rules.emplace(id, std::move(rule));
    }
  }

  void read_deadline(const Node& node) {
    known(node, {"id", "from", "rule", "hours", "title", "explanation", "late", "inTime", "lateReason"});
    DeadlineRule out;
    out.id = node.text("id");
    out.from = path(node["from"]);
    out.rule = node.text("rule");
    out.hours = node.text("hours");
    out.title = text(node["title"]);
    out.explanation = text(node["explanation"]);
    out.late = text(node["late"]);
    out.in_time = text(node["inTime"]);
    out.late_reason = path(node["lateReason"]);
    if (out.id.empty() || out.from.empty()) faults_.push_back(node.fault("a deadline needs \"id\" and \"from\""));
    auto rule = config_.rules.find(out.rule);
    if (rule == config_.rules.end()) {
      faults_.push_back(node.fault(fmt::format("deadline \"{}\": there is no rule \"{}\"", out.id, out.rule)));
    } else {
      for (const auto& row : rule->second.rows) {
        auto value = row.values.find(out.hours);
        auto number = value == row.values.end() ? std::nullopt : Json(base::JsonNumber{value->second}).integer();
        if (!number || *number < 0 || *number > 100'000) {
          faults_.push_back(node.fault(
              fmt::format("deadline \"{}\": \"{}\" of rule \"{}\" must be a whole number of hours in every row", out.id,
                          out.hours, out.rule)));
        }
      }
    }
    config_.deadlines.push_back(std::move(out));
  }

  void read_later(const Node& node) {
    known(node, {"required", "reminderDays", "phrases", "sentence", "date"});
    facts_.later_sentence_path = path(node["sentence"]);
    facts_.later_date_path = path(node["date"]);
    config_.open_phrases = texts(node["phrases"]);
    config_.later_required = read_flag(node["required"], "later.required", faults_);
    config_.reminder_days =
        static_cast<int>(std::clamp<std::int64_t>(node["reminderDays"].json().integer_or(14), 1, 365));
  }

  void read_stop(const Node& node) {
    known(node, {"when", "title", "body"});
    StopRule out;
    if (node["when"].exists())
      out.when = compile(node["when"], "stop", faults_);
    else
      faults_.push_back(node.fault("a stop needs \"when\""));
    out.title = text(node["title"]);
    out.body = text(node["body"]);
    config_.stops.push_back(std::move(out));
  }

  void read_task(const Node& node) {
    known(node, {"when", "title", "body", "template"});
    TaskRule out;
    if (!node["when"].exists()) faults_.push_back(node.fault("a task needs \"when\": an expression, or true"));
    out.when = read_flag(node["when"], "task", faults_);
    out.title = text(node["title"]);
    out.body = text(node["body"]);
    out.template_text = text(node["template"]);
    if (out.title.empty()) faults_.push_back(node.fault("a task needs \"title\""));
    config_.tasks.push_back(std::move(out));
  }

  void read_ways(const Node& node) {
    if (!node.exists()) return;
    known(node, {"field", "default", "list"});
    config_.ways_line = node.line();
    facts_.way_path = path(node["field"]);
    facts_.default_way = node.text("default");
    for (const auto& item : node["list"].items()) read_way(item);
    const auto& ways = facts_.ways;
    if (facts_.way_path.empty() || ways.empty())
      faults_.push_back(node.fault("ways need \"field\" and a \"list\" of ways"));
    else if (std::ranges::find(ways, facts_.default_way, &Way::code) == ways.end())
      faults_.push_back(node["default"].fault(fmt::format("there is no way \"{}\"", facts_.default_way)));
  }

  void read_way(const Node& node) {
    known(node, {"code", "title", "text", "minutes", "pages"});
    Way way;
    way.code = node.text("code");
    way.minutes = minutes_in(node);
    for (const auto& item : node["pages"].items()) {
      auto page = std::string(item.json().text_or(""));
      config_.pages.push_back({page, item.line()});
      if (std::ranges::find(way.pages, page) != way.pages.end())
        faults_.push_back(item.fault(fmt::format("way \"{}\": the page \"{}\" is named twice", way.code, page)));
      else
        way.pages.push_back(std::move(page));
    }
    if (way.code.empty() || way.pages.empty() || node.text("title").empty())
      faults_.push_back(node.fault("a way needs \"code\", \"title\" and \"pages\""));
    if (std::ranges::find(facts_.ways, way.code, &Way::code) != facts_.ways.end())
      faults_.push_back(node.fault(fmt::format("the way \"{}\" is given twice", way.code)));
    config_.way_texts.push_back({text(node["title"]), text(node["text"])});
    facts_.ways.push_back(std::move(way));
  }

  static int minutes_in(const Node& node) {
    return static_cast<int>(std::clamp<std::int64_t>(node["minutes"].json().integer_or(0), 0, 10'000));
  }

  void read_supplement(const Node& node) {
    if (!node.exists()) return;
    known(node, {"ask", "new", "add", "typeField", "types", "newTypes", "referenceField", "textField", "page",
                 "attachments"});
    config_.supplement = {text(node["ask"]), text(node["new"]), text(node["add"])};
    auto& out = facts_.supplement;
    out.declared = true;
    out.type_path = path(node["typeField"]);
    out.types = codes(node["types"]);
    out.reference_path = path(node["referenceField"]);
    out.text_path = path(node["textField"]);
    out.page = node.text("page");
    out.attachments = node.text("attachments");
    if (!out.page.empty()) config_.pages.push_back({out.page, node["page"].line()});
    if (!out.attachments.empty()) config_.uploads.push_back({out.attachments, node["attachments"].line()});
  }

  Node root_;
  AppFacts& facts_;
  std::vector<Fault>& faults_;
  Config config_;
};

}  // namespace

const RuleRow* DatedRule::in_force(std::string_view date) const {
  const RuleRow* found = nullptr;
  for (const auto& row : rows) {
    if (row.valid_from <= date && (row.valid_to.empty() || date <= row.valid_to)) found = &row;
  }
  return found;
}

Config read_config(const Source& source, AppFacts& facts, std::vector<Fault>& faults) {
  return ConfigReader(source, facts, faults).read();
}

}  // namespace alting::forms
