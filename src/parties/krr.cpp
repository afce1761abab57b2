#include "parties/krr.h"

#include "parties/number_vault.h"
#include "store/row_reader.h"

namespace alting::parties {
namespace {

constexpr std::size_t changes_at_once = 500;

// The same moment 18 calendar months earlier, UTC; a day the month does not have becomes its last.
base::Instant eighteen_months_before(base::Instant now) {
  using namespace std::chrono;
  const sys_time<microseconds> at{microseconds{now.micros}};
  const auto day = floor<days>(at);
  auto date = year_month_day{day} - months{18};
  if (!date.ok()) date = date.year() / date.month() / last;
  return {(sys_days{date}.time_since_epoch() + (at - day)).count()};
}

KrrAddress next_krr_address(store::RowReader& from) {
  return {.value = from.next<std::string>(),
          .updated_at = from.next<std::optional<base::Instant>>(),
          .verified_at = from.next<std::optional<base::Instant>>(),
          .shared = from.next<bool>()};
}

KrrPerson next_krr_person(store::RowReader& from) {
  KrrPerson person;
  person.status = from.next<std::string>();
  person.reserved = from.next<bool>();
  person.email = next_krr_address(from);
  person.mobile = next_krr_address(from);
  person.language = from.next<std::string>();
  return person;
}

class LocalKrr final : public Krr {
 public:
  LocalKrr(store::Database& database, const NumberVault& vault) : database_(database), vault_(vault) {}

  base::Result<std::vector<KrrPerson>> look_up_many(const std::vector<terms::NationalIdText>& numbers) override {
    std::vector<std::string> keys;
    for (const auto& number : numbers) keys.push_back(vault_.lookup(number));
    return database_.read([&](store::Tx& tx) {
      std::vector<KrrPerson> found;
      for (const auto& key : keys) {
        const auto row = tx.query_one(
            "SELECT status, reserved, email, email_updated_at, email_verified_at, email_shared, mobile, "
            "mobile_updated_at, mobile_verified_at, mobile_shared, language FROM local_krr WHERE number = ?",
            {key});
        KrrPerson person;
        person.status = "IKKE_REGISTRERT";
        if (row) {
          store::RowReader from(*row);
          person = next_krr_person(from);
        }
        found.push_back(std::move(person));
      }
      return found;
    });
  }

  base::Result<KrrChanges> changes_since(std::int64_t from) override {
    KrrChanges changes;
    const auto rows = database_.read([&](store::Tx& tx) {
      changes.last = store::read_one<std::int64_t>(tx, "SELECT COALESCE(MAX(change_id), 0) FROM local_krr");
      return tx.query(
          "SELECT i.sealed, k.change_id, k.status, k.reserved, k.email, k.email_updated_at, k.email_verified_at, "
          "k.email_shared, k.mobile, k.mobile_updated_at, k.mobile_verified_at, k.mobile_shared, k.language FROM "
          "local_krr k JOIN party_identifier i ON i.kind = 'national' AND i.number = k.number WHERE k.change_id > ? "
          "ORDER BY k.change_id LIMIT ?",
          {from, static_cast<std::int64_t>(changes_at_once)});
    });
    changes.up_to = from;
    changes.more = rows.size() == changes_at_once;
    for (const auto& row : rows) {
      store::RowReader columns(row);
      const auto sealed = columns.next<std::string>();
      changes.up_to = columns.next<std::int64_t>();
      changes.rows.push_back({vault_.open(sealed), next_krr_person(columns)});
    }
    return changes;
  }

 private:
  store::Database& database_;
  const NumberVault& vault_;
};

}  // namespace

base::Result<KrrPerson> Krr::look_up(const terms::NationalIdText& number) {
  ALTING_TRY(found, look_up_many({number}));
  return std::move(found.at(0));
}

bool is_fresh(const KrrAddress& address, base::Instant now) {
  if (address.value.empty()) return false;
  const auto limit = eighteen_months_before(now);
  return (address.updated_at && *address.updated_at >= limit) || (address.verified_at && *address.verified_at >= limit);
}

ContactPoint usable_contact(const KrrPerson& person, base::Instant now) {
  ContactPoint contact;
  contact.source = "krr";
  contact.reserved = person.reserved;
  if (person.status != "AKTIV") return contact;
  contact.language = person.language;
  if (person.reserved) return contact;
  if (is_fresh(person.email, now)) contact.email = person.email.value;
  if (is_fresh(person.mobile, now)) contact.mobile = person.mobile.value;
  contact.email_stale = contact.email.empty() && !person.email.value.empty();
  contact.mobile_stale = contact.mobile.empty() && !person.mobile.value.empty();
  return contact;
}

std::unique_ptr<Krr> make_local_krr(store::Database& database, const NumberVault& vault) {
  return std::make_unique<LocalKrr>(database, vault);
}

}  // namespace alting::parties
