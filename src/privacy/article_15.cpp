// The information that goes with a copy: personvernforordningen art. 15 no. 1 a to h and no. 2, about this subject and no other, in
// the language of the copy. What people read on the page on privacy is said here too, of the kinds of which the subject has rows;
// what is known of dates and recipients comes from the rows themselves (Gathered). Laws are cited in Norwegian.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/texts.h"
#include "privacy/gather.h"
#include "privacy/opened_columns.h"
#include "privacy/privacy_kinds.h"

namespace alting::privacy {
namespace {

using base::Json;

std::string period_code(const terms::Period& period) {  // ISO 8601
  if (period.months != 0) return fmt::format("P{}M", period.months);
  const auto day = 24 * 60;
  return period.minutes % day == 0 ? fmt::format("P{}D", period.minutes / day) : fmt::format("PT{}M", period.minutes);
}

class Information {
 public:
  Information(const GatherNeeds& needs, const base::Texts& texts, const CopySubject& subject, const Gathered& gathered,
              base::Instant at)
      : with_(needs),
        texts_(texts),
        subject_(subject),
        gathered_(gathered),
        at_(at),
        periods_(periods_in_words(texts, subject.language, needs.catalogue, at)) {}

  [[nodiscard]] Json all() const {
    // "no_automated_decisions": no decision about anybody is made by the program alone; it computes deadlines and checks what is
    // filled in.
    return Json::object(
        {{"format", "alting.article15/2"},
         {"at", base::to_rfc3339(at_)},
         {"_subject",
          Json::object({{"kind", subject_.is_person ? "person" : "business"}, {"party", subject_.party.value}})},
         {"categories", categories()},
         {"looked_up_and_not_stored", subject_.is_person ? looked_up() : Json::array()},
         {"services", services()},
         {"recipients",
          Json::object({{"sent_to", agencies(gathered_.agencies)}, {"acted", agencies(gathered_.lookers)}})},
         {"complaint", Json::object({{"authority", "Datatilsynet"},
                                     {"address", "Postboks 458 Sentrum, 0105 Oslo"},
                                     {"legal_basis", Json::array({"personvernforordningen art. 77"})}})},
         {"automated_decisions", said("no_automated_decisions")},
         {"transfers_outside_the_eea", said("no_transfers_by_the_program")},
         {"not_in_the_copy", not_in_the_copy()}});
  }

 private:
  struct OfKind {
    std::string_view code;
    std::vector<std::pair<std::string_view, const terms::Table*>> tables;  // with their rooms
  };

  [[nodiscard]] std::string word(std::string_view id) const { return std::string(texts_.get(subject_.language, id)); }
  [[nodiscard]] std::string said(std::string_view code) const { return word(fmt::format("copies.article15.{}", code)); }
  [[nodiscard]] std::string of_kind(std::string_view kind, std::string_view what) const {
    return texts_.format(subject_.language, fmt::format("privacy.kind.{}.{}", kind, what), periods_);
  }

  [[nodiscard]] std::vector<OfKind> kinds_with_rows() const {
    std::vector<OfKind> kinds;
    for (const auto* room : with_.catalogue.rooms())
      for (const auto& table : room->tables) {
        if (!gathered_.tables.contains(std::string(table.name))) continue;
        const auto code = kind_of(room->room, table.name);
        auto place = std::ranges::find(kinds, code, &OfKind::code);
        if (place == kinds.end()) place = kinds.insert(kinds.end(), OfKind{.code = code, .tables = {}});
        place->tables.emplace_back(room->room, &table);
      }
    return kinds;
  }

  [[nodiscard]] Json categories() const {
    auto list = Json::array();
    for (const auto& kind : kinds_with_rows()) {
      PrivacyKind laws_of{.code = kind.code, .tables = {}, .uses = {}};
      for (const auto& [room, table] : kind.tables) laws_of.tables.push_back(table);
      const auto laws = laws_of.laws();
      auto one = words_of_kind(kind.code, laws);
      one.set("controllers", controllers_of(laws_of.tables));
      one.set("storage_in_words", of_kind(kind.code, "kept"));
      one.set("rights", rights_to(laws_of.tables, laws));
      auto data = Json::array();
      for (const auto& [room, table] : kind.tables) data.push_back(data_of(room, *table));
      one.set("data", std::move(data));
      list.push_back(std::move(one));
    }
    return list;
  }

  [[nodiscard]] Json words_of_kind(std::string_view kind, const std::vector<std::string_view>& laws) const {
    auto cited = Json::array();
    for (const auto law : laws) cited.push_back(law);
    return Json::object({{"_code", kind},
                         {"name", of_kind(kind, "title")},
                         {"meaning", of_kind(kind, "what")},
                         {"purposes", of_kind(kind, "purpose")},
                         {"legal_basis", std::move(cited)},
                         {"sources", of_kind(kind, "source")},
                         {"recipients", of_kind(kind, "recipients")}});
  }

  [[nodiscard]] Json controllers_of(const std::vector<const terms::Table*>& tables) const {
    bool has_operator = false, has_agency = false;
    for (const auto* table : tables) {
      has_agency = has_agency || !table->copies.empty();
      for (const auto& column : table->columns) {
        if (!column.personal) continue;
        (column.said.controller == "app.org" ? has_agency : has_operator) = true;
      }
    }
    auto list = Json::array();
    if (has_operator) list.push_back(word("copies.controller.operator"));
    if (has_agency) list.push_back(word("copies.controller.agency"));  // of its own copy of the same, too
    return list;
  }

  // Which of art. 15 to 21 there are for such rows: not all always do.
  [[nodiscard]] Json rights_to(const std::vector<const terms::Table*>& tables,
                               const std::vector<std::string_view>& laws) const {
    const auto any_has = [&](std::string_view words) {
      return std::ranges::any_of(laws, [&](auto one) { return one.find(words) != std::string_view::npos; });
    };
    const bool erases = std::ranges::any_of(tables, [](const auto* table) {
      return std::ranges::any_of(table->erasures, [](const auto& one) { return one.kept.empty(); });
    });
    auto rights = Json::array({said("art_15_access"), said("art_16_rectification"), said("art_18_restriction")});
    if (erases) rights.push_back(said("art_17_erasure"));
    if (any_has("art. 6 nr. 1 bokstav e") || any_has("art. 6 nr. 1 bokstav c og e"))
      rights.push_back(said("art_21_objection"));
    if (any_has("art. 6 nr. 1 bokstav a") || any_has("art. 6 nr. 1 bokstav b"))
      rights.push_back(said("art_20_portability"));
    return rights;
  }

  // Of one table. Columns without a label are told of by their category alone; JSON Schema has what each means.
  [[nodiscard]] Json data_of(std::string_view room, const terms::Table& table) const {
    const auto& seen = gathered_.tables.at(std::string(table.name));
    auto given = Json::array(), left_out = Json::array();
    for (const auto& column : table.columns) {
      const auto id = fmt::format("copies.column.{}", column.name);
      if (column.personal && texts_.has(id)) (is_left_out(table, column) ? left_out : given).push_back(word(id));
    }
    const auto title = fmt::format("copies.type.{}", table.name);
    auto one = Json::object({{"_code", fmt::format("{}/{}", room, table.name)},
                             {"kind", texts_.has(title) ? word(title) : of_kind(kind_of(room, table.name), "title")},
                             {"records", seen.records}});
    if (seen.only_acts > 0) one.set("records_of_acts_only", seen.only_acts);
    one.set("data", std::move(given));
    if (left_out.size() > 0) one.set("left_out", std::move(left_out));
    if (seen.fetched) one.set("fetched_at", base::to_rfc3339(*seen.fetched));
    one.set("storage", storage_of(table, seen));
    return one;
  }

  [[nodiscard]] Json storage_of(const terms::Table& table, const Gathered::OfTable& seen) const {
    auto list = Json::array();
    for (const auto& keeping : table.keepings) {
      const auto& rule = with_.catalogue.rule(keeping.rule);
      auto one = Json::object({{"_rule", rule.id}});
      if (const auto* version = terms::in_force(rule, at_)) {
        if (version->period) {
          one.set("_period", period_code(*version->period));
          one.set("period", period_in_words(texts_, subject_.language, *version->period));
        }
        if (version->law != basis_of_nobody) one.set("law", version->law);
      }
      const auto end = seen.ends.find(std::string(rule.id));
      if (end != seen.ends.end() && end->second) one.set("last_ends", base::to_rfc3339(*end->second));
      list.push_back(std::move(one));
    }
    return list;
  }

  [[nodiscard]] Json looked_up() const {
    PrivacyKind uses{.code = "contact", .tables = {}, .uses = with_.catalogue.uses()};
    return uses.uses.empty() ? Json::array() : Json::array({words_of_kind(uses.code, uses.laws())});
  }

  // What the agencies say of each service that something went through.
  [[nodiscard]] Json services() const {
    auto list = Json::array();
    for (const auto& [id, last] : gathered_.services) {
      const auto app = with_.apps.find({id.first, id.second});
      auto one = Json::object({{"_code", fmt::format("{}/{}", id.first, id.second)},
                               {"name", app ? app->title(subject_.language) : id.second}});
      if (app) {
        const auto& start = app->start(subject_.language);
        const auto kept = agency_period_in_words(texts_, subject_.language, app->facts().data_catalogue, at_);
        one.set("controllers", Json::array({app->controller(subject_.language).name}));
        one.set("legal_basis", start.legal_basis.plain());
        one.set("recipients", start.who_sees.plain());
        one.set("storage_in_words", kept.empty()
                                        ? word("privacy.forms.kept_by_law")
                                        : texts_.format(subject_.language, "privacy.forms.kept", {{"period", kept}}));
      }
      one.set("last", base::to_rfc3339(last));
      list.push_back(std::move(one));
    }
    return list;
  }

  [[nodiscard]] Json agencies(const std::map<std::string, base::Instant>& by_code) const {
    std::map<std::string, std::string> names;
    for (const auto& app : with_.apps.services())
      names.try_emplace(app->facts().id.org, app->controller(subject_.language).name);
    auto list = Json::array();
    for (const auto& [code, last] : by_code) {
      const auto name = names.find(code);
      list.push_back(Json::object(
          {{"_code", code}, {"name", name != names.end() ? name->second : code}, {"last", base::to_rfc3339(last)}}));
    }
    return list;
  }

  [[nodiscard]] Json not_in_the_copy() const {
    auto left_out = Json::array();
    for (const auto& one : gathered_.left_out) {
      const auto title = fmt::format("copies.type.{}", one.type);
      auto row = Json::object({{"_type", one.type}, {"_why", one.why}});
      if (texts_.has(title)) row.set("kind", word(title));
      row.set("why", word(fmt::format("copies.why.{}", one.why)));
      if (!one.key.empty()) row.set("key", one.key);
      left_out.push_back(std::move(row));
    }
    return Json::object({{"keys", said("keys")},
                         {"others", said("others")},
                         {"left_out_count", gathered_.left_out_count},
                         {"left_out", std::move(left_out)}});
  }

  const GatherNeeds& with_;
  const base::Texts& texts_;
  const CopySubject& subject_;
  const Gathered& gathered_;
  const base::Instant at_;
  const base::Texts::Params periods_;
};

}  // namespace

Json article_15(const GatherNeeds& needs, const base::Texts& texts, const CopySubject& subject,
                const Gathered& gathered, base::Instant at) {
  return Information(needs, texts, subject, gathered, at).all();
}

}  // namespace alting::privacy
