// Asking for a copy: who may have one, of what, and how many.
#include <algorithm>

#include "base/text.h"
#include "instances/instance.h"
#include "ledger/event_kinds.h"
#include "privacy/copies.h"
#include "privacy/copy_posts.h"
#include "privacy/copy_rows.h"
#include "privacy/own_level.h"
#include "store/once.h"
#include "store/row_reader.h"

namespace alting::privacy {

using base::ErrorKind;
using base::make_error;

namespace {

constexpr std::int64_t looked_at_of_one = 100;
constexpr int retries = 1;  // a day, of what failed

}  // namespace

bool Copies::opens_confidential(const terms::Permit& permit, const terms::AppId& service) {
  return with_.decider
      .decide(permit.actor(), terms::Action::read,
              {.party = permit.party(), .app = service, .instance = {}, .task = "EndEvent_1", .confidential = true})
      .has_value();
}

// All of a person's own is theirs; of a business it is said by the copy, and asked again when it is fetched.
std::string Copies::confidential_for(const terms::Permit& permit) {
  std::string services;
  if (permit.party() == permit.actor().party) return services;
  for (const auto& one : services_of_party(with_.database, permit.party()))
    if (opens_confidential(permit, one)) services += (services.empty() ? "" : " ") + one.text();
  return services;
}

base::Status Copies::check_confidential(const terms::Permit& permit, const StoredCopy& copy) {
  for (const auto word : base::split(copy.confidential, ' ')) {
    const auto service = terms::AppId::parse(word);
    if (!word.empty() && (!service || !opens_confidential(permit, *service)))
      return make_error(ErrorKind::forbidden, "error.copies.confidential",
                        "what is confidential in it is theirs no more", {{"service", std::string(word)}});
  }
  return {};
}

std::optional<base::Instant> Copies::next_in(store::Tx& tx, const terms::Permit& permit, base::Instant at) {
  auto recent = copies_where(tx, "party_id = ? AND asked_by = ? AND (asked_at > ? OR state = 'waiting')",
                             {permit.party(), permit.actor().party, at - between_copies}, looked_at_of_one);
  std::ranges::reverse(recent);  // the newest first
  int failed = 0;
  for (const auto& one : recent)
    if (!one.failed() || ++failed > retries) return one.asked_at + between_copies;
  return std::nullopt;
}

std::optional<base::Instant> Copies::next_at(const terms::Permit& permit, base::Instant at) {
  if (!check_copy_permit(permit)) return std::nullopt;
  return with_.database.read([&](store::Tx& tx) { return next_in(tx, permit, at); });
}

// Over all parties whose copies one asks for.
base::Status Copies::check_how_many(store::Tx& tx, terms::PartyId asker) {
  const auto count = [&](std::string_view state) {
    return store::read_one<std::int64_t>(tx, "SELECT COUNT(*) FROM privacy_copy WHERE asked_by = ? AND state = ?",
                                         {asker, state});
  };
  if (count("waiting") >= max_open_copies)
    return make_error(ErrorKind::too_many, "error.copies.too_many_open", "others of this person's wait",
                      {{"most", std::to_string(max_open_copies)}});
  if (count("ready") >= max_ready_copies)
    return make_error(ErrorKind::too_many, "error.copies.too_many_ready", "others of this person's are ready",
                      {{"most", std::to_string(max_ready_copies)}});
  return {};
}

base::Result<CopyId> Copies::ask(const terms::Permit& permit, base::Language language, base::Instant at,
                                 std::string_view post_id) {
  ALTING_CHECK(check_copy_permit(permit));
  ALTING_TRY(post, read_copy_post(post_id));
  ALTING_CHECK(check_own_level(with_.database, with_.decider, permit));
  const auto confidential = confidential_for(permit);
  const CopyId id{base::Uuid::v7(with_.random, at)};
  auto entry = ledger::entry_for(ledger::EventKind::copy_asked, permit, at);
  entry.set(ledger::parameter::copy, id.text());
  const auto prepared = with_.ledger.prepare(entry);
  const auto& actor = permit.actor();
  ALTING_TRY(outcome, with_.database.write([&](store::Tx& tx) -> base::Result<std::string> {
    return store::once(
        tx, post, instances::party_holder(actor.party), fmt::format("{} {}", copy_asked, permit.party().value), at,
        [&]() -> base::Result<std::string> {
          ALTING_CHECK(with_.decider.recheck(tx, permit));
          if (const auto next = next_in(tx, permit, at))
            return make_error(ErrorKind::too_many, "error.copies.too_soon", "one copy a day",
                              {{"when", base::format_local(std::max(*next, at), base::TimeStyle::compact, language)}});
          ALTING_CHECK(check_how_many(tx, actor.party));
          ALTING_CHECK(with_.quotas.spend(tx, store::Spending::entries, at, actor.party, permit.party()));
          tx.run(
              "INSERT INTO privacy_copy (copy_id, party_id, asked_by, user_id, language, asked_at, kept_from, "
              "confidential_of, state, tries, items_done, items_all, leased_until, size, downloads) VALUES (?, ?, ?, "
              "?, ?, ?, ?, ?, 'waiting', 0, 0, 0, 0, 0, 0)",
              {id, permit.party(), actor.party, actor.user_id, base::to_text(language), at, at, confidential});
          with_.ledger.append(tx, prepared);
          return id.text();
        });
  }));
  const auto asked = CopyId::parse(outcome);
  if (!asked) throw store::DatabaseError("which copy was asked for cannot be read");
  return *asked;
}

}  // namespace alting::privacy
