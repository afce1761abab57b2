// A run that is cut off between two of what it ends, and the run after it: nothing is passed over, and each is counted once.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "inbox/ended_messages.h"
#include "inbox/room_catalogue.h"
#include "inbox/testing/messages_fixture.h"
#include "instances/agency_retention.h"
#include "instances/background.h"
#include "instances/room_catalogue.h"
#include "instances/testing/purged_services.h"
#include "parties/deaths.h"
#include "privacy/estates.h"
#include "privacy/migrations.h"
#include "privacy/room_catalogue.h"
#include "store/failpoint.h"

namespace alting::privacy {
namespace {

using instances::testing::expect;

class RetentionCutOff : public inbox::testing::MessagesFixture {
 protected:
  RetentionCutOff() { store::migrate(registers.temp.database(), registers.clock, {migrations()}); }
  ~RetentionCutOff() override { store::failpoint::disarm(); }

  // As the program runs it.
  store::Job kept(std::vector<store::Job> of_room, std::string_view code) {
    for (const auto& job : retention.kept(std::move(of_room)))
      if (job.code == code) return job;
    throw std::logic_error("no such job");
  }
  std::int64_t counted(std::string_view rule) {
    std::int64_t all = 0;
    for (const auto& one : retention.counted())
      if (one.rule == rule) all += one.ended;
    return all;
  }
  void expect_each_counted_once(const store::Job& job, std::string_view between, std::string_view rule,
                                std::int64_t all) {
    ASSERT_GE(all, 3);
    store::failpoint::arm(between, store::failpoint::Action::error, 2);
    EXPECT_THROW((void)job.run(), store::DatabaseError);
    EXPECT_TRUE(store::failpoint::fired());
    store::failpoint::disarm();
    EXPECT_GT(counted(rule), 0) << "what went before the cut";
    EXPECT_LT(counted(rule), all);
    while (job.run() > 0) {
    }
    EXPECT_EQ(counted(rule), all);
  }
  // The agency gets the keys of what was sent to it.
  void share_keys() {
    base::Metrics of_deliverer;
    store::OutboxDeliverer deliverer(
        registers.temp.database(), registers.clock, of_deliverer,
        {&instances::keys_to_erase, &instances::keys_of_holder_to_erase, &instances::keys_to_share},
        instances::subscriptions(instances->erasure, instances->sharing));
    (void)deliverer.deliver_due();
  }
  void years_go_by(int years) { registers.clock.advance(base::Duration::days(366 * years)); }

  forms::AppCatalogue own{instances::testing::make_purged_services(files.path() / "services"), false};
  store::Catalogue catalogue{{&instances::room_catalogue(), &inbox::room_catalogue(), &room_catalogue()}};
  Retention retention{{.database = registers.temp.database(),
                       .ledger = *log,
                       .parties = *registers.registry,
                       .catalogue = catalogue,
                       .clock = registers.clock,
                       .random = registers.random}};
};
INSTANTIATE_TEST_SUITE_P(Engines, RetentionCutOff, store::testing::engines(), store::testing::engine_name);

TEST_P(RetentionCutOff, AgenciesCopiesOfForms) {
  for (int i = 0; i < 3; ++i) {
    const auto id = begin();
    (void)send(id, fill(id).version, post());
  }
  share_keys();
  years_go_by(6);
  instances::AgencyRetention agency_copies(
      {registers.temp.database(), *log, access->decider(), own, instances->erasure, registers.clock});
  expect_each_counted_once(kept(instances::background_jobs(instances->kept_draft_keys, instances->deleting,
                                                           agency_copies, retention.holds_now()),
                                "end_agency_copies"),
                           "instances.agency_copy_ended", instances::rule_of_agency_copy, 3);
  EXPECT_EQ(rows_of("submission WHERE agency_ended_at IS NULL"), 0);
}

TEST_P(RetentionCutOff, AgenciesCopiesOfMessages) {
  for (int i = 0; i < 3; ++i) (void)send_message(a_message(), {to("Fjord og Fjell AS")});
  years_go_by(4);
  inbox::EndedMessages ended({registers.temp.database(), vault.vault(), *log, access->decider(), *registers.registry,
                              own, registers.clock, registers.random});
  expect_each_counted_once(
      kept(inbox::background_jobs(uses->sending, uses->messages, ended, retention.holds_now()), "end_agency_messages"),
      "inbox.agency_copy_ended", "inbox.sent", 3);
  EXPECT_EQ(rows_of("message_batch WHERE state <> 'ended'"), 0);
}

TEST_P(RetentionCutOff, WhatTheDeadHad) {
  std::string deaths = "identifikator;doedsdato\n";
  for (const auto* story : {"employee", "two_companies", "chair"}) {
    (void)registers.actor(story);
    deaths += registers.person(story).national_id + ";2026-11-01\n";
  }
  (void)expect(parties::import_deaths(
      *registers.registry, [&]() -> base::Result<base::Bytes> { return std::exchange(deaths, {}); },
      [](const parties::DeathsReport&) { return [](store::Tx&) {}; }));
  Estates estates({.database = registers.temp.database(),
                   .catalogue = catalogue,
                   .clock = registers.clock,
                   .erase_own = [](terms::PartyId, base::Instant) -> base::Result<bool> { return true; },
                   .holds = retention.holds_now()});
  (void)estates.notice();
  const auto dead = rows_of("party_gone WHERE gone_by = 'death'");
  years_go_by(3);
  expect_each_counted_once(kept(estate_jobs(estates), "end_gone_parties"), "privacy.estate_erased", gone_person_rule,
                           dead);
  EXPECT_EQ(rows_of("party_gone WHERE gone_by = 'death' AND ended_at IS NULL"), 0);
}

}  // namespace
}  // namespace alting::privacy
