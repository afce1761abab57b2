#include "forms/data_catalogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <set>

namespace alting::forms {

namespace {

constexpr std::string_view catalogue_file = "config/catalogue.toml";
constexpr std::string_view retention_file = "config/retention.toml";
constexpr std::array<std::string_view, 4> subject_kinds{"party", "person", "actor", "organisation"};
constexpr std::array<std::string_view, 4> tables{"attachment", "draft", "message", "submission"};
constexpr std::array<std::string_view, 4> acts{"purge", "room", "use", "kept"};

bool is_one_of(std::span<const std::string_view> all, std::string_view one) { return std::ranges::count(all, one) > 0; }

std::string text_of(const base::TomlLeaf& leaf) {
  const auto* text = std::get_if<std::string>(&leaf.value);
  return text != nullptr ? *text : std::string();
}

// "24 hours", "10 years".
std::optional<terms::Period> period_from(std::string_view text) {
  std::int64_t count = 0;
  const auto blank = std::min(text.find(' '), text.size());
  const auto [end, fault] = std::from_chars(text.data(), text.data() + blank, count);
  if (fault != std::errc{} || end != text.data() + blank || count < 1 || count > 99'999) return std::nullopt;
  auto unit = text.substr(std::min(blank + 1, text.size()));
  if (unit.ends_with('s')) unit.remove_suffix(1);
  if (unit == "minute") return terms::Period{.minutes = count};
  if (unit == "hour") return terms::Period{.minutes = count * 60};
  if (unit == "day") return terms::Period{.minutes = count * 24 * 60};
  if (unit == "month") return terms::Period{.months = static_cast<int>(count)};
  if (unit == "year") return terms::Period{.months = static_cast<int>(count) * 12};
  return std::nullopt;
}

class Reader {
 public:
  Reader(const std::function<bool(std::string_view)>& is_personal, const ReportFault& report)
      : is_personal_(is_personal), report_(report) {}

  DataCatalogue read(const std::vector<base::TomlLeaf>& catalogue, const std::vector<base::TomlLeaf>& retention) {
    read_rules(retention);
    for (const auto& leaf : catalogue) read_leaf(leaf);
    check();
    return std::move(out_);
  }

 private:
  struct Line {
    int number = 0;
    std::map<std::string, std::string> words;
  };
  struct Parts {  // of a document, by the number of the list's item
    int line = 0;
    std::map<std::string, Line> subjects, rules, erase;
    bool has_personal = false;
  };

  // rules."a.b".versions.0.from, rules."a.b".meaning
  void read_rules(const std::vector<base::TomlLeaf>& leaves) {
    std::map<std::string, std::map<std::string, Line>> versions;
    std::map<std::string, int> lines;
    std::vector<std::string> order;
    std::map<std::string, std::vector<std::string>> beginnings;
    for (const auto& leaf : leaves) {
      if (!leaf.key.starts_with("rules.")) {
        report_(retention_file, leaf.line, fmt::format("unknown: {}", leaf.key));
        continue;
      }
      const auto key = leaf.key.substr(6);
      const auto dot = key.rfind('.');
      const auto word = key.substr(dot == std::string::npos ? key.size() : dot + 1);
      const auto at = key.find(".versions.");
      const auto id = key.substr(0, at != std::string::npos ? at : dot);
      if (lines.try_emplace(id, leaf.line).second) order.push_back(id);
      if (at != std::string::npos) {
        auto& line = versions[id][key.substr(at + 10, dot - at - 10)];
        if (line.number == 0) line.number = leaf.line;
        line.words[word] = text_of(leaf);
      } else if (word == "starts" || word == "ends_when") {
        beginnings[id].push_back(text_of(leaf));
        ends_by_people_[id] = word == "ends_when";
      }
    }
    for (const auto& id : order) {
      DataCatalogue::Rule rule{id, "", {}};
      if (beginnings[id].size() != 1 || beginnings[id].front().empty())
        report_(retention_file, lines[id], fmt::format("the rule \"{}\" says one of starts and ends_when", id));
      else
        rule.begins = beginnings[id].front();
      if (versions[id].empty())
        report_(retention_file, lines[id], fmt::format("the rule \"{}\" has no dated version", id));
      for (const auto& [place, line] : versions[id]) rule.versions.push_back(version_from(id, line));
      std::ranges::stable_sort(rule.versions, {}, &DataCatalogue::Version::from);
      out_.rules.push_back(std::move(rule));
    }
  }

  DataCatalogue::Version version_from(const std::string& id, const Line& line) {
    DataCatalogue::Version version;
    const auto word = [&](const std::string& name) {
      const auto found = line.words.find(name);
      return found != line.words.end() ? found->second : std::string();
    };
    const auto from = base::from_rfc3339(word("from") + "T00:00:00Z");
    if (from)
      version.from = *from;
    else
      report_(retention_file, line.number,
              fmt::format("a version of \"{}\" does not say from which day it is in force", id));
    version.law = word("law");
    version.why = word("why");
    if (version.law.empty() || version.why.empty())
      report_(retention_file, line.number, fmt::format("a version of \"{}\" says law and why", id));
    version.period = period_from(word("period"));
    if (version.period.has_value() == ends_by_people_[id])
      report_(retention_file, line.number,
              ends_by_people_[id]
                  ? fmt::format("\"{}\" is ended by people, and has no period", id)
                  : fmt::format("a version of \"{}\" does not say its period (\"24 hours\", \"10 years\")", id));
    return version;
  }

  // documents.NAME.stands_in, .subject.0.kind, .rules.0.rule, .erase.0.with, .fields.PATH.personal
  void read_leaf(const base::TomlLeaf& leaf) {
    if (!leaf.key.starts_with("documents.")) return;
    const auto end = leaf.key.find('.', 10);
    if (end == std::string::npos) return;
    const auto name = leaf.key.substr(10, end - 10);
    const auto rest = leaf.key.substr(end + 1);
    auto& parts = parts_[name];
    if (parts.line == 0) {
      parts.line = leaf.line;
      out_.documents.push_back({.name = name});
    }
    if (rest == "stands_in") {
      if (const auto* list = std::get_if<std::vector<std::string>>(&leaf.value)) document(name).stands_in = *list;
    } else if (rest.starts_with("fields.")) {
      const auto* personal = std::get_if<bool>(&leaf.value);
      if (rest.ends_with(".personal") && personal != nullptr && *personal) parts.has_personal = true;
    } else {
      for (auto& [word, lines] : {std::pair{std::string_view("subject."), &parts.subjects},
                                  {std::string_view("rules."), &parts.rules},
                                  {std::string_view("erase."), &parts.erase}}) {
        if (!rest.starts_with(word)) continue;
        const auto dot = rest.rfind('.');
        auto& line = (*lines)[rest.substr(word.size(), dot - word.size())];
        if (line.number == 0) line.number = leaf.line;
        line.words[rest.substr(dot + 1)] = text_of(leaf);
      }
    }
  }

  DataCatalogue::Document& document(const std::string& name) {
    return *std::ranges::find(out_.documents, name, &DataCatalogue::Document::name);
  }

  void check() {
    std::set<std::string> used;
    for (auto& document : out_.documents) {
      auto& parts = parts_[document.name];
      if (!parts.has_personal) continue;
      const auto lacks = [&](bool so, std::string_view what) {
        if (so)
          report_(catalogue_file, parts.line, fmt::format("\"{}\" holds personal data: say {}", document.name, what));
      };
      lacks(document.stands_in.empty(), "in which tables it stands (stands_in)");
      lacks(parts.subjects.empty(), "whose it is (subject)");
      lacks(parts.rules.empty(), "which rules of retention.toml end it (rules)");
      lacks(parts.erase.empty(), "with which table it is erased (erase)");
      for (const auto& table : document.stands_in)
        if (!is_one_of(tables, table))
          report_(catalogue_file, parts.line, fmt::format("\"{}\" stands in no table \"{}\"", document.name, table));
      for (auto& [place, line] : parts.subjects) check_subject(document, line);
      for (auto& [place, line] : parts.rules) {
        const auto& rule = line.words["rule"];
        used.insert(rule);
        document.rules.push_back(rule);
        if (std::ranges::find(out_.rules, rule, &DataCatalogue::Rule::id) == out_.rules.end())
          report_(catalogue_file, line.number, fmt::format("retention.toml has no rule \"{}\"", rule));
        if (!is_one_of(acts, line.words["acts"]))
          report_(catalogue_file, line.number, "acts is one of purge, room, use, kept");
        if (line.words["acts"] == "purge") {
          if (ends_by_people_[rule])
            report_(catalogue_file, line.number, fmt::format("what is purged has a period, and \"{}\" has none", rule));
          if (std::ranges::find(out_.purged_by, rule) == out_.purged_by.end()) out_.purged_by.push_back(rule);
        }
      }
      for (auto& [place, line] : parts.erase) {
        const auto& table = line.words["with"];
        document.erased_with.push_back(table);
        if (std::ranges::count(document.stands_in, table) == 0)
          report_(catalogue_file, line.number,
                  fmt::format("erase: \"{}\" does not stand in \"{}\"", document.name, table));
      }
    }
    for (const auto& rule : out_.rules)
      if (!used.contains(rule.id))
        report_(retention_file, 0, fmt::format("nothing is kept by the rule \"{}\"", rule.id));
  }

  void check_subject(DataCatalogue::Document& document, Line& line) {
    document.subjects.push_back({line.words["kind"], line.words["field"]});
    const auto& subject = document.subjects.back();
    if (!is_one_of(subject_kinds, subject.kind))
      report_(catalogue_file, line.number, "subject: kind is one of party, person, actor, organisation");
    if (!subject.field.empty() && !is_personal_(subject.field))
      report_(catalogue_file, line.number, fmt::format("subject: \"{}\" is no personal field", subject.field));
  }

  const std::function<bool(std::string_view)>& is_personal_;
  const ReportFault& report_;
  std::map<std::string, Parts> parts_;
  std::map<std::string, bool> ends_by_people_;
  DataCatalogue out_;
};

}  // namespace

std::optional<base::Instant> agency_copy_ended_before(const DataCatalogue& data, base::Instant now) {
  std::optional<base::Instant> earliest;
  for (const auto& id : data.purged_by) {
    const auto rule = std::ranges::find(data.rules, id, &DataCatalogue::Rule::id);
    if (rule == data.rules.end()) return std::nullopt;
    std::vector<terms::RuleVersion> versions;
    for (const auto& version : rule->versions)
      versions.push_back({.from = version.from, .period = version.period, .law = version.law, .why = version.why});
    const auto before = terms::ended_before(
        {.id = rule->id, .meaning = "", .counts_from = "", .begins = rule->begins, .versions = versions}, now);
    if (!before) return std::nullopt;
    earliest = earliest ? std::min(*earliest, *before) : *before;
  }
  return earliest;
}

DataCatalogue read_data_catalogue(const std::vector<base::TomlLeaf>& catalogue,
                                  const std::vector<base::TomlLeaf>& retention,
                                  const std::function<bool(std::string_view field)>& is_personal,
                                  const ReportFault& report) {
  return Reader(is_personal, report).read(catalogue, retention);
}

}  // namespace alting::forms
