#include "parties/krr.h"

#include "parties/number_vault.h"

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
    person.status = row->text(0);
    person.reserved = row->flag(1);
    person.email = {row->text(2), row->maybe_instant(3), row->maybe_instant(4)};
    person.mobile = {row->text(5), row->maybe_instant(6), row->maybe_instant(7)};
    person.language = row->text(8);
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
  return contact;
}

std::unique_ptr<Krr> make_local_krr(store::Database& database, const NumberVault& vault) {
  return std::make_unique<LocalKrr>(database, vault);
}

}  // namespace alting::parties
