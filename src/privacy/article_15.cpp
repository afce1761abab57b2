// The information that goes with a copy: personvernforordningen art. 15 no. 1 a to h and no. 2, about this subject and no other. What it
// says of each table is what the catalogue says of those columns that the subject has rows of; what is known of dates and
// recipients comes from the rows themselves (Gathered).
#include <fmt/format.h>

#include <algorithm>

#include "privacy/gather.h"

namespace alting::privacy {
namespace {

using base::Json;

// Each sentence once, in the order in which it is first said.
class Sentences {
 public:
  void add(std::string_view text) {
    if (!text.empty() && std::ranges::find(all_, text) == all_.end()) all_.push_back(text);
  }
  [[nodiscard]] Json json() const {
    auto list = Json::array();
    for (const auto one : all_) list.push_back(one);
    return list;
  }
  [[nodiscard]] bool any_has(std::string_view words) const {
    return std::ranges::any_of(all_, [&](auto one) { return one.find(words) != std::string_view::npos; });
  }

 private:
  std::vector<std::string_view> all_;
};

// Which of art. 15 to 21 there are for such rows: not all always do.
Json rights_to(const terms::Table& table, const Sentences& bases) {
  auto rights = Json::array({"art_15_access", "art_16_rectification", "art_18_restriction"});
  if (std::ranges::any_of(table.erasures, [](const auto& one) { return one.kept.empty(); }))
    rights.push_back("art_17_erasure");
  if (bases.any_has("art. 6 nr. 1 bokstav e") || bases.any_has("art. 6 nr. 1 bokstav c og e"))
    rights.push_back("art_21_objection");
  if (bases.any_has("art. 6 nr. 1 bokstav a") || bases.any_has("art. 6 nr. 1 bokstav b"))
    rights.push_back("art_20_portability");
  return rights;
}

std::string period_code(const terms::Period& period) {  // ISO 8601
  if (period.months != 0) return fmt::format("P{}M", period.months);
  const auto day = 24 * 60;
  return period.minutes % day == 0 ? fmt::format("P{}D", period.minutes / day) : fmt::format("PT{}M", period.minutes);
}

Json storage_of(const store::Catalogue& catalogue, const terms::Table& table, const Gathered::OfTable& seen,
                base::Instant at) {
  auto list = Json::array();
  for (const auto& keeping : table.keepings) {
    const auto& rule = catalogue.rule(keeping.rule);
    auto one = Json::object({{"rule", rule.id}, {"meaning", rule.meaning}});
    if (!rule.begins.empty()) one.set("begins", rule.begins);
    if (const auto* version = terms::in_force(rule, at)) {
      one.set("law", version->law);
      if (version->period) one.set("period", period_code(*version->period));
    }
    const auto end = seen.ends.find(std::string(rule.id));
    if (end != seen.ends.end() && end->second) one.set("last_ends", base::to_rfc3339(*end->second));
    list.push_back(std::move(one));
  }
  return list;
}

Json category_of(const store::Catalogue& catalogue, std::string_view room, const terms::Table& table,
                 const Gathered::OfTable& seen, base::Instant at) {
  Sentences purposes, bases, sources, recipients, retention, erasure, controllers;
  auto data = Json::array();
  const auto add = [&](const terms::Said& said) {
    purposes.add(said.purpose);
    bases.add(said.legal_basis);
    sources.add(said.source);
    recipients.add(said.recipients);
    retention.add(said.retention);
    erasure.add(said.erasure);
    controllers.add(said.controller);
  };
  for (const auto& column : table.columns) {
    if (!column.personal) continue;
    add(column.said);
    auto one = Json::object({{"name", column.name}, {"whose", column.said.whose}});
    if (!column.meaning.empty()) one.set("meaning", column.meaning);
    data.push_back(std::move(one));
  }
  auto category = Json::object({{"code", fmt::format("{}/{}", room, table.name)},
                                {"meaning", table.meaning},
                                {"records", seen.records},
                                {"records_of_acts_only", seen.only_acts},
                                {"controllers", controllers.json()},
                                {"purposes", purposes.json()},
                                {"data", std::move(data)},
                                {"legal_basis", bases.json()},
                                {"sources", sources.json()},
                                {"recipients", recipients.json()},
                                {"storage", storage_of(catalogue, table, seen, at)},
                                {"storage_in_words", retention.json()},
                                {"erasure", erasure.json()},
                                {"rights", rights_to(table, bases)}});
  if (seen.fetched) category.set("fetched_at", base::to_rfc3339(*seen.fetched));
  // The agency answers for its own copy of the same.
  if (!table.copies.empty()) {
    auto copies = Json::array();
    for (const auto& copy : table.copies)
      copies.push_back(Json::object({{"of", copy.of},
                                     {"purpose", copy.said.purpose},
                                     {"legal_basis", copy.said.legal_basis},
                                     {"storage_in_words", copy.said.retention}}));
    category.set("other_copies", std::move(copies));
  }
  return category;
}

// What is looked up and not stored.
Json uses_of(const store::Catalogue& catalogue) {
  auto list = Json::array();
  for (const auto* use : catalogue.uses())
    list.push_back(Json::object({{"code", use->name},
                                 {"meaning", use->meaning},
                                 {"purpose", use->said.purpose},
                                 {"legal_basis", use->said.legal_basis},
                                 {"source", use->said.source},
                                 {"recipients", use->said.recipients}}));
  return list;
}

Json agencies_of(const forms::AppCatalogue& apps, base::Language language,
                 const std::map<std::string, base::Instant>& by_code) {
  std::map<std::string, std::string> names;
  for (const auto& app : apps.services()) names.try_emplace(app->facts().id.org, app->controller(language).name);
  auto list = Json::array();
  for (const auto& [code, last] : by_code) {
    const auto name = names.find(code);
    list.push_back(Json::object({{"code", code},
                                 {"name", name != names.end() ? Json(name->second) : Json()},
                                 {"last", base::to_rfc3339(last)}}));
  }
  return list;
}

}  // namespace

Json article_15(const GatherNeeds& needs, const CopySubject& subject, const Gathered& gathered, base::Instant at) {
  auto categories = Json::array();
  for (const auto* room : needs.catalogue.rooms())
    for (const auto& table : room->tables)
      if (const auto seen = gathered.tables.find(std::string(table.name)); seen != gathered.tables.end())
        categories.push_back(category_of(needs.catalogue, room->room, table, seen->second, at));
  auto left_out = Json::array();
  for (const auto& one : gathered.left_out)
    left_out.push_back(Json::object({{"type", one.type}, {"key", one.key}, {"why", one.why}}));
  // "no_automated_decisions": no decision about anybody is made by the program alone; it computes deadlines and checks what is filled in. "keys": the
  // keystore holds only what opens the documents, which are given opened.
  return Json::object(
      {{"format", "alting.article15/1"},
       {"at", base::to_rfc3339(at)},
       {"subject", Json::object({{"kind", subject.is_person ? "person" : "business"}, {"party", subject.party.value}})},
       {"categories", std::move(categories)},
       {"looked_up_and_not_stored", subject.is_person ? uses_of(needs.catalogue) : Json::array()},
       {"recipients", Json::object({{"sent_to", agencies_of(needs.apps, subject.language, gathered.agencies)},
                                    {"acted", agencies_of(needs.apps, subject.language, gathered.lookers)}})},
       {"complaint", Json::object({{"authority", "Datatilsynet"},
                                   {"address", "Postboks 458 Sentrum, 0105 Oslo"},
                                   {"legal_basis", "personvernforordningen art. 77"}})},
       {"automated_decisions", "no_automated_decisions"},
       {"transfers_outside_the_eea", "no_transfers_by_the_program"},
       {"not_in_the_copy", Json::object({{"keys", "the keys of the documents, which are given opened"},
                                         {"left_out", std::move(left_out)},
                                         {"left_out_count", gathered.left_out_count}})}});
}

}  // namespace alting::privacy
