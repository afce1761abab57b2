#include "parties/krr.h"

#include "parties/number_vault.h"
#include "store/row_reader.h"

namespace alting::parties {
namespace {

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
          .verified_at = from.next<std::optional<base::Instant>>()};
}

class LocalKrr final : public Krr {
 public:
  LocalKrr(store::Database& database, const NumberVault& vault) : database_(database), vault_(vault) {}

  base::Result<KrrPerson> look_up(const terms::NationalIdText& number) override {
    const auto row = database_.read([&](store::Tx& tx) {
      return tx.query_one(
          "SELECT status, reserved, email, email_updated_at, email_verified_at, mobile, mobile_updated_at, "
          "mobile_verified_at, language "
          "FROM local_krr WHERE number = ?",
          {vault_.lookup(number)});
    });
    KrrPerson person;
    person.status = "IKKE_REGISTRERT";
    if (!row) return person;
    store::RowReader from(*row);
    person.status = from.next<std::string>();
    person.reserved = from.next<bool>();
    person.email = next_krr_address(from);
    person.mobile = next_krr_address(from);
    person.language = from.next<std::string>();
    return person;
  }

 private:
  store::Database& database_;
  const NumberVault& vault_;
};

}  // namespace

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
