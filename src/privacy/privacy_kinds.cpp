#include "privacy/privacy_kinds.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

namespace alting::privacy {
namespace {

// Of a room: these tables, or ("") all that no kind names.
struct KindOfTables {
  std::string_view code, room;
  std::array<std::string_view, 4> tables = {};
};
constexpr std::array kinds_in_order{
    KindOfTables{"login", "login"},
    KindOfTables{"person", "parties"},
    KindOfTables{"contact", "parties", {"own_address", "own_address_code", "bounced_address", "contact_look_up"}},
    KindOfTables{"business", "parties", {"organisation", "role_fact", "open_role"}},
    KindOfTables{"choices", "parties", {"favourite_party", "recent_party"}},
    KindOfTables{"access", "access"},
    KindOfTables{"restriction", "access", {"access_restriction", "access_restriction_opening"}},
    KindOfTables{"systems", "login", {"login_client", "login_supplier"}},
    KindOfTables{"forms", "instances"},
    KindOfTables{"messages", "inbox"},
    KindOfTables{"notices", "notify"},
    KindOfTables{"events", "events"},
    KindOfTables{"rights", "privacy"},
    KindOfTables{"log", "ledger"},
    KindOfTables{"running", "store"},
};
constexpr std::string_view running_too =
    "person_lookup_failure";  // of parties, and counted like the others of `running`
constexpr std::string_view messages_too = "correspondence_attachment";  // of api, and on its way into a message

bool names_table(const KindOfTables& kind, std::string_view table) {
  return std::ranges::find(kind.tables, table) != kind.tables.end();
}

bool named_by_any(std::string_view table) {
  return table == running_too || table == messages_too ||
         std::ranges::any_of(kinds_in_order, [&](const auto& kind) { return names_table(kind, table); });
}

bool tells_of(const terms::Table& table) {
  return std::ranges::any_of(
      table.columns, [](const auto& column) { return column.personal && column.said.legal_basis != basis_of_nobody; });
}

void add_tables(const terms::RoomCatalogue& room, const KindOfTables& of, PrivacyKind& into) {
  const bool the_rest = of.tables[0].empty();
  for (const auto& table : room.tables) {
    const bool is_named = names_table(of, table.name) || (of.code == "running" && table.name == running_too) ||
                          (of.code == "messages" && table.name == messages_too);
    const bool is_rest = the_rest && room.room == of.room && !named_by_any(table.name);
    if ((is_named || is_rest) && tells_of(table)) into.tables.push_back(&table);
  }
}

std::string plural_id(std::string_view unit) { return "privacy.period." + std::string(unit); }

}  // namespace

std::vector<std::string_view> PrivacyKind::laws() const {
  std::vector<std::string_view> all;
  const auto add = [&](std::string_view law) {
    if (!law.empty() && law != basis_of_nobody && std::ranges::find(all, law) == all.end()) all.push_back(law);
  };
  for (const auto* table : tables)
    for (const auto& column : table->columns) add(column.said.legal_basis);
  for (const auto* use : uses) add(use->said.legal_basis);
  return all;
}

bool PrivacyKind::has_unconfirmed() const {
  const auto of_table = [](const auto* table) {
    return std::ranges::any_of(table->columns, [](const auto& column) { return !column.said.to_confirm.empty(); });
  };
  return std::ranges::any_of(tables, of_table) ||
         std::ranges::any_of(uses, [](const auto* use) { return !use->said.to_confirm.empty(); });
}

std::vector<PrivacyKind> privacy_kinds(const store::Catalogue& catalogue) {
  std::vector<PrivacyKind> all;
  for (const auto& one : kinds_in_order) {
    PrivacyKind kind{.code = one.code, .tables = {}, .uses = {}};
    for (const auto* room : catalogue.rooms()) add_tables(*room, one, kind);
    if (one.code == "contact") kind.uses = catalogue.uses();
    if (!kind.tables.empty() || !kind.uses.empty()) all.push_back(std::move(kind));
  }
  return all;
}

std::string_view kind_of(std::string_view room, std::string_view table) {
  if (table == running_too) return "running";
  if (table == messages_too) return "messages";
  for (const auto& one : kinds_in_order)
    if (names_table(one, table)) return one.code;
  for (const auto& one : kinds_in_order)
    if (one.room == room && one.tables[0].empty()) return one.code;
  return {};
}

std::string period_in_words(const base::Texts& texts, base::Language language, terms::Period period) {
  constexpr std::int64_t hour = 60, day = 24 * hour;
  if (period.months > 0 && period.months % 12 == 0)
    return texts.plural(language, plural_id("years"), period.months / 12);
  if (period.months > 0) return texts.plural(language, plural_id("months"), period.months);
  if (period.minutes % day == 0) return texts.plural(language, plural_id("days"), period.minutes / day);
  if (period.minutes % hour == 0) return texts.plural(language, plural_id("hours"), period.minutes / hour);
  return texts.plural(language, plural_id("minutes"), period.minutes);
}

std::string agency_period_in_words(const base::Texts& texts, base::Language language, const forms::DataCatalogue& data,
                                   base::Instant now) {
  for (const auto& rule : data.rules) {
    if (!rule.id.ends_with(".agency")) continue;
    std::optional<terms::Period> in_force;
    for (const auto& version : rule.versions)
      if (version.from <= now) in_force = version.period;
    return in_force ? period_in_words(texts, language, *in_force) : std::string();
  }
  return {};
}

base::Texts::Params periods_in_words(const base::Texts& texts, base::Language language,
                                     const store::Catalogue& catalogue, base::Instant now) {
  base::Texts::Params all;
  for (const auto* room : catalogue.rooms()) {
    for (const auto& rule : room->rules) {
      const auto* version = terms::in_force(rule, now);
      if (version == nullptr || !version->period) continue;
      std::string name(rule.id);
      std::ranges::replace(name, '.', '_');
      all.emplace_back(std::move(name), period_in_words(texts, language, *version->period));
    }
  }
  return all;
}

}  // namespace alting::privacy
