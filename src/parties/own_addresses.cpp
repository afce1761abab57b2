#include "parties/own_addresses.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/typed_text.h"
#include "crypto/hash.h"
#include "ledger/event_kinds.h"
#include "ledger/event_parameters.h"
#include "parties/number_vault.h"
#include "parties/room_catalogue.h"
#include "parties/topics.h"
#include "store/once.h"
#include "store/row_reader.h"

namespace alting::parties {
namespace {

using base::ErrorKind;
using base::Instant;
using store::Tx;

constexpr std::size_t max_services_of_address = 50;
constexpr std::int64_t max_codes_a_day = 20;      // asked for by one person
constexpr std::int64_t max_codes_to_address = 6;  // in a day, whoever asks: it may be a stranger's
constexpr auto unverified_lives = base::Duration::days(1);
constexpr std::int64_t forgotten_addresses_at_once = 200;

base::Error refuse_address(ErrorKind kind, std::string_view code,
                           std::vector<std::pair<std::string, std::string>> params = {}) {
  return base::make_error(kind, std::string(code), {}, std::move(params));
}
base::Error no_address() { return refuse_address(ErrorKind::not_found, "error.contacts.not_found"); }

bool manages(const terms::Permit& permit) { return permit.action() == terms::Action::delegate; }

// Of an agency's staff: such a permit is for the agency's own organisation and for no other.
bool is_staffs(const terms::Permit& permit) { return permit.action() == terms::Action::agency_follow; }

// What acts for the party itself: everyone who represents it, or is of the agency's staff, for their own; who manages
// its access, for all.
base::Status check_address_permit(const terms::Permit& permit) {
  const bool of_party =
      permit.resource() == "party" && (manages(permit) || permit.action() == terms::Action::represent);
  if (!of_party && !is_staffs(permit)) return refuse_address(ErrorKind::forbidden, "error.access.forbidden");
  if (!permit.actor().is_person() || permit.actor().user_id == 0)
    return refuse_address(ErrorKind::forbidden, "error.access.needs_person");
  return {};
}

std::string services_text(const std::vector<terms::AppId>& services) {
  std::string text;
  for (const auto& one : services) text += (text.empty() ? "" : " ") + one.text();
  return text;
}

base::Result<std::vector<terms::AppId>> checked_services(std::vector<terms::AppId> services) {
  std::ranges::sort(services);
  services.erase(std::ranges::unique(services).begin(), services.end());
  if (services.size() > max_services_of_address)
    return refuse_address(ErrorKind::invalid, "error.contacts.services",
                          {{"count", std::to_string(max_services_of_address)}});
  return services;
}

// The columns of own_address in their order.
OwnAddress read_own_address(const store::Row& row) {
  store::RowReader from(row);
  OwnAddress address;
  address.id = from.next<std::string>();
  address.organisation = from.next<terms::PartyId>();
  address.user_id = from.next<std::int64_t>();
  address.person = from.next<terms::PartyId>();
  address.kind = from.next<std::string>();
  address.value = from.next<std::string>();
  address.for_person = from.next<bool>();
  const auto services = from.next<std::string>();
  for (std::string_view rest = services; !rest.empty();) {
    const auto end = std::min(rest.find(' '), rest.size());
    if (const auto app = terms::AppId::parse(rest.substr(0, end))) address.services.push_back(*app);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  address.verified_at = from.next<std::optional<Instant>>();
  address.added_at = from.next<Instant>();
  return address;
}

constexpr std::string_view own_address_columns =
    "id, organisation, user_id, person, kind, value, for_person, services, verified_at, added_at";

std::optional<OwnAddress> own_address_with(Tx& tx, std::string_view id) {
  const auto row = tx.query_one(fmt::format("SELECT {} FROM own_address WHERE id = ?", own_address_columns), {id});
  if (!row) return std::nullopt;
  return read_own_address(*row);
}

std::string address_poster(const terms::Permit& permit) { return fmt::format("party:{}", permit.actor().party.value); }

// Whether the permit reaches it: one's own, of who is there as staff the personal ones alone; any, for who manages access.
bool reaches(const terms::Permit& permit, const OwnAddress& address) {
  return manages(permit) || (address.mine && (address.for_person || !is_staffs(permit)));
}

base::Status without_outcome(const base::Result<std::string>& done) {
  return done ? base::Status() : base::Status(std::unexpected(done.error()));
}

}  // namespace

template <class Work>
base::Result<std::string> OwnAddresses::write(const terms::Permit& permit, std::string_view post_id,
                                              const std::string& act, Instant at, Work&& work) {
  const auto post = base::Uuid::parse(post_id);
  if (!post) return refuse_address(ErrorKind::invalid, "error.post_id");
  return with_.database.write([&](Tx& tx) -> base::Result<std::string> {
    return store::once(tx, *post, address_poster(permit), act, at, [&]() -> base::Result<std::string> {
      ALTING_CHECK(with_.recheck(tx, permit));
      ALTING_CHECK(with_.quotas.spend(tx, store::Spending::entries, at, permit.actor().party, permit.party()));
      return work(tx);
    });
  });
}

ledger::PreparedEntry OwnAddresses::prepare(ledger::EventKind kind, const terms::Permit& permit, Instant at,
                                            const OwnAddress& address) {
  auto entry = ledger::entry_for(kind, permit, at);
  entry.resource = "party";  // it is about no form
  if (const auto party = with_.registry.find(permit.party())) entry.party_name = party->name;
  entry.set(ledger::parameter::channel, address.kind);
  entry.set(ledger::parameter::address_use, address.for_person ? "personal" : "shared");
  entry.set(ledger::parameter::address_masked, masked_address(address.value));
  if (kind == ledger::EventKind::contact_added || kind == ledger::EventKind::contact_services) {
    auto services = base::Json::array();
    for (const auto& one : address.services) services.push_back(one.text());
    entry.set(ledger::parameter::services, std::move(services));
  }
  return with_.ledger.prepare(std::move(entry));
}

base::Result<OwnAddress> OwnAddresses::reach(const terms::Permit& permit, std::string_view id) {
  ALTING_CHECK(check_address_permit(permit));
  auto found = with_.database.read([&](Tx& tx) { return own_address_with(tx, id); });
  if (!found || found->organisation != permit.party()) return no_address();
  found->mine = found->person == permit.actor().party;
  if (!reaches(permit, *found)) return no_address();
  return std::move(*found);
}

base::Result<std::vector<OwnAddress>> OwnAddresses::list(const terms::Permit& permit) {
  ALTING_CHECK(check_address_permit(permit));
  const auto since = with_.clock.now() - code_lives;
  return with_.database.read([&](Tx& tx) {
    std::set<std::string> open;
    for (const auto& row :
         tx.query("SELECT address FROM own_address_code WHERE person = ? AND made_at > ? AND tries < ?",
                  {permit.actor().party, since, max_code_tries}))
      open.insert(store::RowReader(row).next<std::string>());
    std::vector<OwnAddress> found;
    for (const auto& row :
         tx.query(fmt::format("SELECT {} FROM own_address WHERE organisation = ? ORDER BY added_at, id",
                              own_address_columns),
                  {permit.party()})) {
      auto address = read_own_address(row);
      address.mine = address.person == permit.actor().party;
      address.code_open = address.mine && open.contains(address.id);
      if (reaches(permit, address)) found.push_back(std::move(address));
    }
    return found;
  });
}

base::Result<std::string> OwnAddresses::add(const terms::Permit& permit, const NewOwnAddress& given, Instant at,
                                            std::string_view post_id) {
  ALTING_CHECK(check_address_permit(permit));
  if (!given.for_person && !manages(permit)) return refuse_address(ErrorKind::forbidden, "error.access.forbidden");
  const auto party = with_.registry.find(permit.party());
  if (!party || party->kind == PartyKind::person || party->deleted)
    return refuse_address(ErrorKind::invalid, "error.contacts.organisation");
  OwnAddress address;
  address.kind = given.kind;
  if (given.kind == "email") {
    address.value = base::clean_line(given.value);
    if (!is_contact_email(address.value)) return refuse_address(ErrorKind::invalid, "error.contacts.email");
  } else if (given.kind == "mobile") {
    const auto number = read_mobile(given.value);
    if (!number) return refuse_address(ErrorKind::invalid, "error.contacts.mobile");
    address.value = *number;
  } else {
    return refuse_address(ErrorKind::invalid, "error.contacts.email");
  }
  ALTING_TRY(services, checked_services(given.services));
  address.services = std::move(services);
  address.for_person = given.for_person;
  const auto entry = prepare(ledger::EventKind::contact_added, permit, at, address);
  const auto id = base::Uuid::v7(with_.random, at).text();
  // What was asked for is a part of the act: the same id with another address is another post.
  const auto act = fmt::format(
      "{} {} {}", address_added, permit.party().value,
      base::to_hex(with_.numbers.keyed(
          "add", fmt::format("{} {} {}", address.value, given.for_person, services_text(address.services)))));
  const auto same = same_address(address.value);
  return write(permit, post_id, act, at, [&](Tx& tx) -> base::Result<std::string> {
    std::size_t of_the_same = 0;
    for (const auto& row :
         tx.query("SELECT value, person, for_person FROM own_address WHERE organisation = ?", {permit.party()})) {
      const auto [value, person, for_person] = store::read_row<std::string, terms::PartyId, bool>(row);
      if (for_person != address.for_person || (for_person && person != permit.actor().party)) continue;
      if (same_address(value) == same) return refuse_address(ErrorKind::conflict, "error.contacts.added_already");
      ++of_the_same;
    }
    if (of_the_same >= max_own_addresses)
      return refuse_address(ErrorKind::too_many, "error.contacts.too_many",
                            {{"count", std::to_string(max_own_addresses)}});
    tx.run(
        "INSERT INTO own_address (id, organisation, user_id, person, kind, value, for_person, services, verified_at, "
        "added_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, ?)",
        {id, permit.party(), permit.actor().user_id, permit.actor().party, address.kind, address.value,
         address.for_person, services_text(address.services), at});
    ALTING_CHECK(begin_code(tx, permit, id, address.value, given.language, at));
    with_.ledger.append(tx, entry);
    return id;
  });
}

std::string OwnAddresses::code_of(std::string_view code_id) const {
  const auto hash = with_.numbers.keyed("address code", code_id);
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < 8; ++i) number = number << 8U | static_cast<unsigned char>(hash[i]);
  return fmt::format("{:06}", number % 1'000'000);
}

// What was asked for counts for a day, whatever becomes of the address: no row goes before.
base::Status OwnAddresses::begin_code(Tx& tx, const terms::Permit& permit, std::string_view address,
                                      std::string_view value, base::Language language, Instant at) {
  const auto person = permit.actor().party;
  const auto made_since = [&](base::Duration ago) {
    return store::read_one<std::int64_t>(tx, "SELECT COUNT(*) FROM own_address_code WHERE person = ? AND made_at > ?",
                                         {person, at - ago});
  };
  if (made_since(code_lives) >= max_open_codes)
    return refuse_address(ErrorKind::too_many, "error.contacts.too_many_codes",
                          {{"minutes", std::to_string(code_lives.micros / 60'000'000)}});
  if (made_since(base::Duration::days(1)) >= max_codes_a_day)
    return refuse_address(ErrorKind::too_many, "error.contacts.too_many_codes_a_day");
  const auto sent_to = base::to_hex(with_.numbers.keyed("code to", same_address(value)));
  if (store::read_one<std::int64_t>(tx, "SELECT COUNT(*) FROM own_address_code WHERE sent_to = ? AND made_at > ?",
                                    {sent_to, at - base::Duration::days(1)}) >= max_codes_to_address)
    return refuse_address(ErrorKind::too_many, "error.contacts.too_many_codes_to");
  const auto id = base::Uuid::v7(with_.random, at).text();
  tx.run(
      "INSERT INTO own_address_code (id, address, person, sent_to, language, tries, made_at) VALUES (?, ?, ?, ?, ?, 0, "
      "?)",
      {id, address, person, sent_to, base::to_text(language), at});
  store::emit(tx, with_.random, at, address_code, address, base::Json::object({{"id", id}}).dump());
  return {};
}

base::Status OwnAddresses::ask_code(const terms::Permit& permit, std::string_view id, base::Language language,
                                    Instant at, std::string_view post_id) {
  ALTING_TRY(address, reach(permit, id));
  if (!address.mine) return no_address();
  const auto bounced = base::to_hex(with_.numbers.keyed("address", same_address(address.value)));
  return without_outcome(write(
      permit, post_id, fmt::format("{} {}", address_code_asked, id), at, [&](Tx& tx) -> base::Result<std::string> {
        const auto now = own_address_with(tx, id);
        if (!now) return no_address();
        // One that does not work any more may be proved anew.
        if (now->verified_at && !tx.query_one("SELECT 1 FROM bounced_address WHERE address = ? AND party IN (?, ?)",
                                              {bounced, now->person, now->organisation}))
          return refuse_address(ErrorKind::conflict, "error.contacts.verified_already");
        ALTING_CHECK(begin_code(tx, permit, id, now->value, language, at));
        return std::string("asked");
      }));
}

// A wrong code is an outcome and no refusal of the transaction: the try must be counted.
base::Status OwnAddresses::verify(const terms::Permit& permit, std::string_view id, std::string_view code, Instant at,
                                  std::string_view post_id) {
  ALTING_TRY(address, reach(permit, id));
  if (!address.mine) return no_address();
  const auto typed = base::clean_code(code);
  if (typed.empty()) return refuse_address(ErrorKind::invalid, "error.contacts.code_empty");
  const auto entry = prepare(ledger::EventKind::contact_verified, permit, at, address);
  const auto bounced = base::to_hex(with_.numbers.keyed("address", same_address(address.value)));
  const auto act = fmt::format("{} {} {}", address_verified, id, base::to_hex(with_.numbers.keyed("typed", typed)));
  auto done = write(permit, post_id, act, at, [&](Tx& tx) -> base::Result<std::string> {
    const auto now = own_address_with(tx, id);
    if (!now || now->value != address.value) return no_address();
    bool right = false;
    std::int64_t left = 0;
    for (const auto& row : tx.query(
             "SELECT id, tries FROM own_address_code WHERE address = ? AND person = ? AND made_at > ? AND tries < ?",
             {id, permit.actor().party, at - code_lives, max_code_tries})) {
      const auto [code_id, tries] = store::read_row<std::string, std::int64_t>(row);
      right = crypto::constant_time_equal(code_of(code_id), typed) || right;
      left = std::max(left, max_code_tries - tries);
    }
    if (left == 0) return std::string("ended");
    if (!right) {
      tx.run("UPDATE own_address_code SET tries = tries + 1 WHERE address = ? AND made_at > ?", {id, at - code_lives});
      return "wrong " + std::to_string(left - 1);
    }
    tx.run("UPDATE own_address_code SET tries = ? WHERE address = ?", {max_code_tries, id});
    tx.run("UPDATE own_address SET verified_at = ? WHERE id = ?", {at, id});
    tx.run("DELETE FROM bounced_address WHERE address = ? AND party IN (?, ?)",
           {bounced, now->person, now->organisation});
    with_.ledger.append(tx, entry);
    return std::string("verified");
  });
  if (!done) return std::move(done.error());
  if (*done == "ended") return refuse_address(ErrorKind::gone, "error.contacts.code_ended");
  if (done->starts_with("wrong "))
    return refuse_address(ErrorKind::unprocessable, "error.contacts.code_wrong", {{"left", done->substr(6)}});
  return {};
}

base::Status OwnAddresses::set_services(const terms::Permit& permit, std::string_view id,
                                        const std::vector<terms::AppId>& services, Instant at,
                                        std::string_view post_id) {
  ALTING_TRY(address, reach(permit, id));
  ALTING_TRY(chosen, checked_services(services));
  address.services = std::move(chosen);
  const auto text = services_text(address.services);
  const auto entry = prepare(ledger::EventKind::contact_services, permit, at, address);
  const auto act = fmt::format("{} {} {}", address_services_set, id, base::to_hex(crypto::sha256(text)));
  return without_outcome(write(permit, post_id, act, at, [&](Tx& tx) -> base::Result<std::string> {
    if (tx.run("UPDATE own_address SET services = ? WHERE id = ?", {text, id}) == 0) return no_address();
    with_.ledger.append(tx, entry);
    return std::string("set");
  }));
}

base::Status OwnAddresses::remove(const terms::Permit& permit, std::string_view id, Instant at,
                                  std::string_view post_id) {
  ALTING_CHECK(check_address_permit(permit));
  const auto act = fmt::format("{} {}", address_removed, id);
  // Done before, under this id: then it is not there any more, and that is the answer.
  if (const auto post = base::Uuid::parse(post_id)) {
    ALTING_TRY(before,
               with_.database.read([&](Tx& tx) { return store::outcome_of(tx, *post, address_poster(permit), act); }));
    if (before) return {};
  }
  ALTING_TRY(address, reach(permit, id));
  const auto entry = prepare(ledger::EventKind::contact_removed, permit, at, address);
  const auto bounced = base::to_hex(with_.numbers.keyed("address", same_address(address.value)));
  return without_outcome(write(permit, post_id, act, at, [&](Tx& tx) -> base::Result<std::string> {
    if (tx.run("DELETE FROM own_address WHERE id = ?", {id}) == 0) return no_address();
    tx.run("DELETE FROM bounced_address WHERE address = ? AND source = 'own' AND party IN (?, ?)",
           {bounced, address.person, address.organisation});
    with_.ledger.append(tx, entry);
    return std::string("removed");
  }));
}

std::optional<CodeToSend> OwnAddresses::code_to_send(std::string_view code_id) {
  const auto now = with_.clock.now();
  const auto row = with_.database.read([&](Tx& tx) {
    return tx.query_one(
        "SELECT a.kind, a.value, a.organisation, a.person, c.language FROM own_address_code c JOIN own_address a ON "
        "a.id = c.address WHERE c.id = ? AND c.made_at > ? AND c.tries < ?",
        {code_id, now - code_lives, max_code_tries});
  });
  if (!row) return std::nullopt;
  store::RowReader from(*row);
  CodeToSend code;
  code.kind = from.next<std::string>();
  code.value = from.next<std::string>();
  code.organisation = from.next<terms::PartyId>();
  code.person = from.next<terms::PartyId>();
  code.language = base::language_from(from.next<std::string>()).value_or(base::Language::nb);
  if (const auto party = with_.registry.find(code.organisation)) code.organisation_name = party->name;
  code.code = code_of(code_id);
  return code;
}

std::vector<OwnAddress> OwnAddresses::for_sending(terms::PartyId organisation, const terms::AppId& service) {
  const auto party = with_.registry.find(organisation);
  const auto parent = party && party->kind == PartyKind::sub_unit ? party->parent.value_or(organisation) : organisation;
  const auto rows = with_.database.read([&](Tx& tx) {
    return tx.query(fmt::format("SELECT {} FROM own_address WHERE organisation IN (?, ?) AND verified_at IS NOT NULL "
                                "ORDER BY added_at, id",
                                own_address_columns),
                    {organisation, parent});
  });
  std::vector<OwnAddress> found;
  for (const auto& row : rows) {
    auto address = read_own_address(row);
    if (address.services.empty() || std::ranges::find(address.services, service) != address.services.end())
      found.push_back(std::move(address));
  }
  return found;
}

std::vector<OwnAddress> OwnAddresses::verified(terms::PartyId organisation) {
  std::vector<OwnAddress> found;
  for (const auto& row : with_.database.read([&](Tx& tx) {
         return tx.query(fmt::format("SELECT {} FROM own_address WHERE organisation = ? AND verified_at IS NOT NULL "
                                     "ORDER BY added_at, id",
                                     own_address_columns),
                         {organisation});
       }))
    found.push_back(read_own_address(row));
  return found;
}

std::vector<terms::PartyId> OwnAddresses::with_email(terms::PartyId after, int limit) {
  std::vector<terms::PartyId> found;
  for (const auto& row : with_.database.read([&](Tx& tx) {
         return tx.query(
             "SELECT DISTINCT organisation FROM own_address WHERE organisation > ? AND kind = 'email' AND verified_at "
             "IS "
             "NOT NULL ORDER BY organisation LIMIT ?",
             {after, limit});
       }))
    found.push_back(store::read_one<terms::PartyId>(row));
  return found;
}

std::int64_t OwnAddresses::forget_unverified(const store::HoldsNow& holds) {
  constexpr std::string_view rule = "parties.own_address_unverified", table = "own_address";
  const auto limit = with_.clock.now() - unverified_lives;
  const auto done = with_.database.write([&](Tx& tx) -> base::Result<std::int64_t> {
    const auto held = holds ? holds(tx) : store::Holds();
    const auto unless = held.none_of(*std::ranges::find(room_catalogue().tables, table, &terms::Table::name), rule);
    std::vector<store::Value> values{limit};
    values.insert(values.end(), unless.values.begin(), unless.values.end());
    values.emplace_back(forgotten_addresses_at_once);
    const auto rows = tx.query_with(
        fmt::format(
            "SELECT id FROM own_address WHERE verified_at IS NULL AND added_at <= ?{} ORDER BY added_at LIMIT ?",
            unless.sql),
        values);
    for (const auto& row : rows) {
      const auto id = store::read_one<std::string>(row);
      tx.run("DELETE FROM own_address WHERE id = ?", {id});
    }
    const auto forgotten = static_cast<std::int64_t>(rows.size());
    held.count(tx, rule, table, forgotten);
    return forgotten;
  });
  return done.value_or(0);
}

}  // namespace alting::parties
