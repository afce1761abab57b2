#include "parties/contact_points.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <stdexcept>

#include "base/log.h"
#include "parties/number_vault.h"
#include "parties/own_addresses.h"
#include "parties/write_rows.h"
#include "store/row_reader.h"

namespace alting::parties {
namespace {

using base::ErrorKind;
using base::Instant;
using store::Tx;

constexpr std::size_t persons_in_statement = 250;
constexpr std::size_t look_ups_in_transaction = 200;
constexpr int pages_of_changes_at_once = 20;
constexpr std::string_view changes_feed = "krr";

// "?, ?, ?"
std::string value_places(std::size_t count) {
  std::string places;
  for (std::size_t i = 0; i < count; ++i) places += i == 0 ? "?" : ", ?";
  return places;
}

template <class F>
void in_parts(std::size_t count, std::size_t part, F&& work) {
  for (std::size_t from = 0; from < count; from += part) work(from, std::min(count, from + part));
}

BouncedAddress read_bounced(const store::Row& row) {
  store::RowReader from(row);
  BouncedAddress bounced;
  bounced.whose = from.next<terms::PartyId>();
  bounced.masked = from.next<std::string>();
  bounced.source = from.next<std::string>();
  bounced.status = from.next<std::string>();
  bounced.at = from.next<Instant>();
  return bounced;
}

// What of an address may be used, and whether it is there but was not confirmed in time.
struct UsableAddress {
  std::string value;
  bool stale = false;
};
UsableAddress usable(const KrrAddress& address, const KrrPerson& person, const ContactUse& use, Instant now) {
  UsableAddress may;
  if (person.status != "AKTIV") return may;
  // The register's own word goes before its dates; of the reserved it says the same, and they are told of as reserved.
  const bool fresh = is_fresh(address, now) && (person.may_be_told || person.reserved);
  may.stale = !fresh && !address.value.empty();
  const bool all = use.purpose == ContactPurpose::own;
  const bool reachable = !person.reserved || use.ignore_reservation;
  if (all || (reachable && fresh)) may.value = address.value;
  return may;
}

PersonContact contact_of(terms::PartyId id, const KrrPerson& person, const ContactUse& use, Instant now) {
  PersonContact contact;
  contact.person = id;
  contact.known = person.status == "AKTIV";
  contact.reserved = person.reserved;
  if (!contact.known) return contact;
  auto email = usable(person.email, person, use, now), mobile = usable(person.mobile, person, use, now);
  contact.email = std::move(email.value);
  contact.mobile = std::move(mobile.value);
  contact.email_stale = email.stale;
  contact.mobile_stale = mobile.stale;
  contact.email_shared = person.email.shared;
  contact.mobile_shared = person.mobile.shared;
  contact.email_confirmed = person.email.confirmed_at();
  contact.mobile_confirmed = person.mobile.confirmed_at();
  contact.language = person.language;
  return contact;
}

class DatabaseContactPoints final : public ContactPoints {
 public:
  explicit DatabaseContactPoints(ContactPointsParts parts) : with_(std::move(parts)), own_(with_) {}

  base::Result<std::vector<PersonContact>> of_persons(const std::vector<terms::PartyId>& persons,
                                                      const ContactUse& use) override {
    if (persons.size() > max_contacts_at_once) throw std::logic_error("more persons than are looked up at once");
    const auto known = numbers_of(persons);
    std::vector<terms::PartyId> asked;
    std::vector<terms::NationalIdText> numbers;
    for (const auto& [person, number] : known) {
      asked.push_back(person);
      numbers.push_back(number);
    }
    ALTING_TRY(answers, with_.krr.look_up_many(numbers));
    if (use.purpose != ContactPurpose::own) note_look_ups(persons, known, use);
    std::map<terms::PartyId, const KrrPerson*> found;
    for (std::size_t i = 0; i < asked.size(); ++i) found[asked[i]] = &answers.at(i);
    auto said = found;
    std::erase_if(said, [](const auto& one) { return one.second->status.empty(); });
    (void)settle_bounces(said);
    const auto now = with_.clock.now();
    std::vector<PersonContact> contacts;
    for (const auto& person : persons) {
      const auto at = found.find(person);
      contacts.push_back(contact_of(person, at == found.end() ? KrrPerson() : *at->second, use, now));
      contacts.back().answered = at == found.end() || !at->second->status.empty();
      contacts.back().noted = use.purpose != ContactPurpose::own && at != found.end();
    }
    return contacts;
  }

  base::Result<OrganisationContact> of_organisation(terms::PartyId organisation, const ContactUse&) override {
    const auto party = with_.registry.find(organisation);
    if (!party || party->kind == PartyKind::person)
      return base::make_error(ErrorKind::not_found, "error.contacts.organisation");
    OrganisationContact contact{
        .organisation = organisation, .emails = {}, .mobiles = {}, .read_at = with_.clock.now()};
    ALTING_TRY(official, with_.organisations.official_addresses(party->organisation_number));
    if (official.emails.empty() && official.mobiles.empty() && party->kind == PartyKind::sub_unit && party->parent) {
      if (const auto main_unit = with_.registry.find(*party->parent)) {
        ALTING_TRY(of_main_unit, with_.organisations.official_addresses(main_unit->organisation_number));
        official = std::move(of_main_unit);
        contact.organisation = main_unit->id;
      }
    }
    contact.emails = std::move(official.emails);
    contact.mobiles = std::move(official.mobiles);
    forget_replaced(contact);
    return contact;
  }

  std::vector<OwnAddress> own_for_sending(terms::PartyId organisation, const terms::AppId& service) override {
    return own_.for_sending(organisation, service);
  }

  std::vector<OwnAddress> own_verified(terms::PartyId organisation) override { return own_.verified(organisation); }
  std::vector<terms::PartyId> with_own_email(terms::PartyId after, int limit) override {
    return own_.with_email(after, limit);
  }

  std::string address_hash(std::string_view address) const override {
    return base::to_hex(with_.numbers.keyed("address", same_address(address)));
  }

  void mark_bounced(terms::PartyId whose, std::string_view address, std::string_view source, std::string_view status,
                    Instant at) override {
    const auto hash = address_hash(address);
    const auto masked = masked_address(address);
    write_rows(with_.database, [&](Tx& tx) {
      tx.run(
          "INSERT INTO bounced_address (party, address, masked, source, status, bounced_at) VALUES (?, ?, ?, ?, ?, ?) "
          "ON CONFLICT (party, address) DO UPDATE SET source = excluded.source, status = excluded.status, bounced_at = "
          "excluded.bounced_at",
          {whose, hash, masked, source, status.substr(0, 20), at});
    });
  }

  bool is_bounced(terms::PartyId whose, std::string_view address, std::optional<Instant> confirmed) override {
    const auto hash = address_hash(address);
    const auto row = with_.database.read([&](Tx& tx) {
      return tx.query_one("SELECT bounced_at FROM bounced_address WHERE party = ? AND address = ?", {whose, hash});
    });
    return row && (!confirmed || *confirmed <= store::read_one<Instant>(*row));
  }

  std::vector<BouncedAddress> bounced(const terms::Permit& permit) override {
    return permit.resource() == "party" ? bounced_of(permit.party()) : std::vector<BouncedAddress>();
  }
  std::vector<BouncedAddress> bounced(const terms::Actor& actor) override {
    return actor.is_person() ? bounced_of(actor.party) : std::vector<BouncedAddress>();
  }

  base::Result<std::vector<OwnAddress>> list_own(const terms::Permit& permit) override { return own_.list(permit); }
  base::Result<std::string> add_own(const terms::Permit& permit, const NewOwnAddress& address, Instant at,
                                    std::string_view post_id) override {
    return own_.add(permit, address, at, post_id);
  }
  base::Status ask_code(const terms::Permit& permit, std::string_view id, base::Language language, Instant at,
                        std::string_view post_id) override {
    return own_.ask_code(permit, id, language, at, post_id);
  }
  base::Status verify(const terms::Permit& permit, std::string_view id, std::string_view code, Instant at,
                      std::string_view post_id) override {
    return own_.verify(permit, id, code, at, post_id);
  }
  base::Status set_services(const terms::Permit& permit, std::string_view id, const std::vector<terms::AppId>& services,
                            Instant at, std::string_view post_id) override {
    return own_.set_services(permit, id, services, at, post_id);
  }
  base::Status remove(const terms::Permit& permit, std::string_view id, Instant at, std::string_view post_id) override {
    return own_.remove(permit, id, at, post_id);
  }
  std::optional<CodeToSend> code_to_send(std::string_view code_id) override { return own_.code_to_send(code_id); }
  std::int64_t forget_unverified(const store::HoldsNow& holds) override { return own_.forget_unverified(holds); }

  ContactLookUps look_ups(const terms::Actor& actor, std::string_view after, int limit) override {
    ContactLookUps page;
    if (!actor.is_person()) return page;
    limit = std::clamp(limit, 1, 200);
    const std::string_view before = after.empty() ? std::string_view("g") : after;  // ids are hexadecimal
    const auto rows = with_.database.read([&](Tx& tx) {
      return tx.query(
          "SELECT id, looked_up_at, purpose, on_behalf_of, cause FROM contact_look_up WHERE person = ? AND id < ? "
          "ORDER BY id DESC LIMIT ?",
          {actor.party, before, limit + 1});
    });
    for (const auto& row : rows) {
      if (page.rows.size() == static_cast<std::size_t>(limit)) {
        page.next = page.rows.back().id;
        break;
      }
      store::RowReader from(row);
      page.rows.push_back(ContactLookUp{.id = from.next<std::string>(),
                                        .at = from.next<Instant>(),
                                        .purpose = from.next<std::string>(),
                                        .on_behalf_of = from.next<std::string>(),
                                        .cause = from.next<std::string>()});
    }
    return page;
  }

  std::int64_t follow_changes() override {
    const auto kept = with_.database.read(
        [](Tx& tx) { return tx.query_one("SELECT position FROM register_feed WHERE name = ?", {changes_feed}); });
    std::int64_t at = kept ? store::read_one<std::int64_t>(*kept) : 0, settled = 0;
    for (int page = 0; page < pages_of_changes_at_once; ++page) {
      const auto changes = with_.krr.changes_since(at);
      if (!changes) {
        base::log(base::LogLevel::warning, "contacts.feed_unavailable",
                  {{"code", std::string_view(changes.error().code)}});
        break;
      }
      if (kept) settled += settle_changes(changes->rows);
      // What changed before we began to listen concerns nothing that is kept here.
      const auto next = kept ? changes->up_to : std::max(changes->last, changes->up_to);
      if (next != at || !kept) note_position(next);
      at = next;
      if (!kept || !changes->more) break;
    }
    return settled;
  }

 private:
  // The number in use of each that has one.
  std::map<terms::PartyId, terms::NationalIdText> numbers_of(const std::vector<terms::PartyId>& persons) {
    std::map<terms::PartyId, base::Bytes> sealed;
    in_parts(persons.size(), persons_in_statement, [&](std::size_t from, std::size_t to) {
      const std::vector<store::Value> values(persons.begin() + static_cast<std::ptrdiff_t>(from),
                                             persons.begin() + static_cast<std::ptrdiff_t>(to));
      const auto rows = with_.database.read([&](Tx& tx) {
        return tx.query_with(fmt::format("SELECT party, sealed FROM party_identifier WHERE kind = 'national' AND party "
                                         "IN ({}) ORDER BY party, CASE WHEN valid_to IS NULL THEN 0 ELSE 1 END, "
                                         "valid_from DESC",
                                         value_places(values.size())),
                             values);
      });
      for (const auto& row : rows) {
        store::RowReader columns(row);
        const auto party = columns.next<terms::PartyId>();
        if (auto number = columns.next<std::optional<base::Bytes>>()) sealed.try_emplace(party, *std::move(number));
      }
    });
    std::map<terms::PartyId, terms::NationalIdText> numbers;
    for (const auto& [party, number] : sealed) numbers.emplace(party, with_.numbers.open(number));
    return numbers;
  }

  // A row for each person and cause, once.
  void note_look_ups(const std::vector<terms::PartyId>& persons,
                     const std::map<terms::PartyId, terms::NationalIdText>& asked, const ContactUse& use) {
    if (!use.causes.empty() && use.causes.size() != persons.size())
      throw std::logic_error("a cause for each person, or one for all");
    const auto now = with_.clock.now();
    std::set<std::pair<terms::PartyId, std::string>> noted;
    for (std::size_t i = 0; i < persons.size(); ++i)
      if (asked.contains(persons[i])) noted.emplace(persons[i], use.causes.empty() ? use.cause : use.causes[i]);
    struct LookUpRow {
      std::string id;
      terms::PartyId person;
      std::string cause;
    };
    std::vector<LookUpRow> rows;
    for (const auto& [person, cause] : noted) rows.push_back({base::Uuid::v7(with_.random, now).text(), person, cause});
    in_parts(rows.size(), look_ups_in_transaction, [&](std::size_t from, std::size_t to) {
      write_rows(with_.database, [&](Tx& tx) {
        for (std::size_t i = from; i < to; ++i)
          tx.run(
              "INSERT INTO contact_look_up (id, person, purpose, on_behalf_of, cause, looked_up_at) VALUES (?, ?, ?, "
              "?, ?, ?)",
              {rows[i].id, rows[i].person, to_text(use.purpose), use.on_behalf_of, rows[i].cause, now});
      });
    });
  }

  // Takes away the marks of addresses that the register does not have any more, or has confirmed since.
  std::int64_t settle_bounces(const std::map<terms::PartyId, const KrrPerson*>& said) {
    std::vector<store::Value> values;
    for (const auto& [person, answer] : said) values.emplace_back(person);
    std::vector<std::pair<terms::PartyId, std::string>> over;
    in_parts(values.size(), persons_in_statement, [&](std::size_t from, std::size_t to) {
      const std::span<const store::Value> part(values.data() + from, to - from);
      const auto rows = with_.database.read([&](Tx& tx) {
        return tx.query_with(fmt::format("SELECT party, address, bounced_at FROM bounced_address WHERE source = 'krr' "
                                         "AND party IN ({})",
                                         value_places(part.size())),
                             part);
      });
      for (const auto& row : rows) {
        const auto [party, address, at] = store::read_row<terms::PartyId, std::string, Instant>(row);
        if (!still_bounces(*said.at(party), address, at)) over.emplace_back(party, address);
      }
    });
    take_marks_away(over);
    return static_cast<std::int64_t>(over.size());
  }

  bool still_bounces(const KrrPerson& person, const std::string& hash, Instant at) const {
    for (const auto* one : {&person.email, &person.mobile})
      if (!one->value.empty() && address_hash(one->value) == hash)
        return !one->confirmed_at() || *one->confirmed_at() <= at;
    return false;
  }

  void take_marks_away(const std::vector<std::pair<terms::PartyId, std::string>>& marks) {
    in_parts(marks.size(), look_ups_in_transaction, [&](std::size_t from, std::size_t to) {
      write_rows(with_.database, [&](Tx& tx) {
        for (std::size_t i = from; i < to; ++i)
          tx.run("DELETE FROM bounced_address WHERE party = ? AND address = ?", {marks[i].first, marks[i].second});
      });
    });
  }

  // Official addresses that the register has replaced.
  void forget_replaced(const OrganisationContact& contact) {
    const auto rows = with_.database.read([&](Tx& tx) {
      return tx.query("SELECT address FROM bounced_address WHERE party = ? AND source = 'enhetsregisteret'",
                      {contact.organisation});
    });
    if (rows.empty()) return;
    std::vector<std::string> in_force;
    for (const auto* list : {&contact.emails, &contact.mobiles})
      for (const auto& one : *list) in_force.push_back(address_hash(one));
    std::vector<std::pair<terms::PartyId, std::string>> over;
    for (const auto& row : rows)
      if (auto hash = store::read_one<std::string>(row); std::ranges::find(in_force, hash) == in_force.end())
        over.emplace_back(contact.organisation, std::move(hash));
    take_marks_away(over);
  }

  std::int64_t settle_changes(const std::vector<KrrChange>& changes) {
    std::map<terms::PartyId, const KrrPerson*> said;
    in_parts(changes.size(), persons_in_statement, [&](std::size_t from, std::size_t to) {
      std::map<std::string, const KrrPerson*> by_number;
      for (std::size_t i = from; i < to; ++i)
        by_number[with_.numbers.lookup(changes[i].number)] = &changes[i].person;  // the last one said holds
      std::vector<store::Value> values;
      for (const auto& [number, person] : by_number) values.emplace_back(std::string_view(number));
      const auto rows = with_.database.read([&](Tx& tx) {
        return tx.query_with(fmt::format("SELECT number, party FROM party_identifier WHERE kind = 'national' AND "
                                         "number IN ({})",
                                         value_places(values.size())),
                             values);
      });
      for (const auto& row : rows) {
        const auto [number, party] = store::read_row<std::string, terms::PartyId>(row);
        if (!by_number.at(number)->status.empty()) said[party] = by_number.at(number);
      }
    });
    return settle_bounces(said);
  }

  void note_position(std::int64_t position) {
    write_rows(with_.database, [&](Tx& tx) {
      tx.run(
          "INSERT INTO register_feed (name, position) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET position = "
          "excluded.position",
          {changes_feed, position});
    });
  }

  std::vector<BouncedAddress> bounced_of(terms::PartyId party) {
    const auto rows = with_.database.read([&](Tx& tx) {
      return tx.query(
          "SELECT party, masked, source, status, bounced_at FROM bounced_address WHERE party = ? ORDER BY bounced_at "
          "DESC, address LIMIT 100",
          {party});
    });
    std::vector<BouncedAddress> found;
    for (const auto& row : rows) found.push_back(read_bounced(row));
    return found;
  }

  ContactPointsParts with_;
  OwnAddresses own_;
};

}  // namespace

std::string_view to_text(ContactPurpose purpose) {
  switch (purpose) {
    case ContactPurpose::notice: return "notice";
    case ContactPurpose::preview: return "preview";
    case ContactPurpose::own: return "own";
  }
  return "";
}

std::unique_ptr<ContactPoints> make_contact_points(ContactPointsParts parts) {
  return std::make_unique<DatabaseContactPoints>(std::move(parts));
}

}  // namespace alting::parties
