#include "privacy/background.h"

#include "instances/letting_go.h"
#include "instances/topics.h"

namespace alting::privacy {
namespace {

// A copy that was asked for while the transaction that deletes was on its way may have read what it ends.
constexpr base::Duration longest_deletion = base::Duration::seconds(1);

}  // namespace

std::vector<store::Job> background_jobs(Privacy& privacy) {
  std::vector<store::Job> jobs;
  // What is known of parties that nothing names any more.
  jobs.push_back(
      {.code = "end_unnamed_parties",
       .legal_basis = "personvernforordningen art. 5 nr. 1 bokstav e",
       .every = base::Duration::hours(6),
       .run = [&privacy, holds = privacy.retention.holds_now()] { return privacy.unnamed_parties.end_some(holds); },
       .until_none_left = true,
       .counts_itself = true});
  // What all of them ended, by rule.
  jobs.push_back({.code = "note_retention",
                  .legal_basis = "personvernforordningen art. 5 nr. 2",
                  .every = base::Duration::days(1),
                  .run = [&privacy] { return privacy.retention.note(); }});
  for (auto& job : estate_jobs(privacy.estates)) jobs.push_back(std::move(job));
  jobs.push_back(privacy.copies.ending());
  jobs.push_back(privacy.requests.ending(privacy.retention.holds_now()));
  // Erasures that a kill, or their size, left behind.
  jobs.push_back({.code = "carry_out_erasures",
                  .legal_basis = "personvernforordningen art. 17",
                  .every = base::Duration::minutes(1),
                  .run = [&erasures = privacy.erasures] { return erasures.carry_out(); },
                  .until_none_left = true});
  return jobs;
}

// Who deletes something for good does not find it again in a copy that is ready, or that is being made right then.
std::vector<store::Subscription> subscriptions(Copies& copies) {
  return {{&instances::let_go, "privacy", [&copies](const store::OutboxMessage& message) {
             const auto party = instances::party_let_go(message.payload);
             if (!party) throw std::logic_error("who let something go cannot be read");
             (void)copies.forget_made(*party, message.created_at + longest_deletion);
             return store::Delivery::done;
           }}};
}

}  // namespace alting::privacy
