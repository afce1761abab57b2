// A copy on its way out: what is looked at before, and what ends it while it is sent.
#include <gmock/gmock.h>

#include "crypto/hash.h"
#include "parties/write_rows.h"
#include "privacy/testing/copies_fixture.h"

namespace alting::privacy {
namespace {

class CopiesFetched : public testing::CopiesFixture {
 protected:
  CopiesFetched() { attachment = registers.random.bytes(1'000'000); }  // more pieces than one

  template <class T>
  static std::string code(const T& result) {
    return result ? "done" : result.error().code;
  }
  // What a download says that meets the change when its first piece has left.
  std::string ended_by(const std::function<void(const CopyId&)>& change) {
    registers.clock.advance(between_copies);
    const auto id = made_copy();
    const auto now = registers.clock.now();
    const auto permit = manages(manager);
    const auto size = testing::expect(copies->begin_download(permit, id, now, now)).size;
    std::int64_t given = 0;
    const auto read = copies->read(permit, id, now, [&](base::ByteView part) {
      const bool first = given == 0;
      given += static_cast<std::int64_t>(part.size());
      if (first) change(id);
      EXPECT_TRUE(first) << "nothing more is given";
    });
    EXPECT_GT(given, 0);
    EXPECT_LT(given, size);
    return code(read);
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, CopiesFetched, store::testing::engines(), store::testing::engine_name);

TEST_P(CopiesFetched, WhatWasBegunEndsWhenTheCopyIsDeletedByAnotherProcessOrItsKeyGoes) {
  // As another process has it: they share the database and the keystore alone.
  Copies elsewhere(Copies::Needs{registers.temp.database(), vault.vault(), *log, access->decider(), registers.clock,
                                 registers.random, store::Quotas(store::QuotaLimits::none())});
  EXPECT_EQ(ended_by([&](const CopyId& id) {
              EXPECT_EQ(code(elsewhere.forget(manages(manager), id, registers.clock.now(), post())), "done");
            }),
            "error.copies.gone");
  EXPECT_EQ(ended_by([&](const CopyId& id) {
              store::failpoint::arm("copies.deleted", store::failpoint::Action::error);
              EXPECT_THROW((void)elsewhere.forget(manages(manager), id, registers.clock.now(), post()),
                           store::DatabaseError);
            }),
            "error.copies.gone")
      << "said to be deleted, and killed before its key went";
  EXPECT_EQ(ended_by([&](const CopyId&) { (void)vault.vault().erase_by_holder(instances::party_holder(firm)); }),
            "error.copies.gone")
      << "the key alone";
}

TEST_P(CopiesFetched, WhoLedABusinessBeforeItsEstateFetchesItNoMoreAndAsksForNone) {
  EXPECT_EQ(ended_by([&](const CopyId&) {
              parties::write_rows(registers.temp.database(), [&](store::Tx& tx) {
                tx.run("UPDATE organisation SET bankrupt = ? WHERE party = ?", {true, firm});
                tx.run("UPDATE party_sequence SET next = next + 1 WHERE name = 'switch'");
              });
              registers.registry->reload();
            }),
            "error.access.bankrupt_nobody");
  const auto sees =
      testing::expect(access->decider().decide(manager, terms::Action::read_delegations, {.party = firm}));
  const auto now = registers.clock.now();
  EXPECT_EQ(code(copies->ask(sees, base::Language::nb, now, post())), "error.copies.not_yours");
  EXPECT_TRUE(copies->list(sees, now).empty());
}

TEST_P(CopiesFetched, LookingIsNoFetching) {
  const auto waits = ask_copy();
  const auto now = registers.clock.now();
  const auto look = [&](const CopyId& id, base::Instant logged_in) {
    return copies->look(manages(manager), id, logged_in, now);
  };
  EXPECT_EQ(code(look(waits, now)), "error.copies.not_ready");
  ASSERT_TRUE(maker->make_next());
  EXPECT_EQ(code(look(waits, now - fresh_login - base::Duration::seconds(1))), "error.copies.login_again");
  const auto looked = testing::expect(look(waits, now));
  EXPECT_EQ(status_of(waits).downloads, 0);
  EXPECT_EQ(entries_of("copy.downloaded"), 0);
  EXPECT_EQ(looked.size, static_cast<std::int64_t>(fetched(waits).size()));
  EXPECT_EQ(entries_of("copy.downloaded"), 1);
}

TEST_P(CopiesFetched, ADocumentIsFoundInTheCopyByItsHashOrRefuted) {
  const auto octets = fetched(made_copy());
  const auto check = [&](const base::Bytes& document) {
    const auto told =
        check_copy(octets, registers.clock, {log->verifier_key()}, {{"vedlegg.pdf", crypto::sha256(document)}});
    EXPECT_EQ(told.findings.back().verdict == ledger::Verdict::refuted,
              told.overall == ledger::Verification::Overall::broken);
    return told.findings.back().what;
  };
  EXPECT_THAT(check(attachment), ::testing::MatchesRegex("document: vedlegg.pdf is data/files/.* of the copy"));
  EXPECT_EQ(check(attachment + "x"), "document: vedlegg.pdf is not in the copy");
  EXPECT_EQ(check("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"),
            "document: vedlegg.pdf is not in the copy")
      << "bagit.txt is of the bag, not of what it holds";
}

}  // namespace
}  // namespace alting::privacy
