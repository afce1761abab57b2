// What the log shows to everyone: receipts that verify however often keys change, each log at its own address for ever,
// and all keys at one place from which a verifier takes only what is proved.
#include <fmt/format.h>

#include <map>

#include "base/file.h"
#include "base/text.h"
#include "ledger/checkpoint_guard.h"
#include "ledger/key_list.h"
#include "ledger/log_addresses.h"
#include "ledger/log_store.h"
#include "ledger/receipt.h"
#include "ledger/succession.h"
#include "ledger/testing/ledger_fixture.h"
#include "ledger/testing/sample_log.h"

namespace alting::ledger {
namespace {

using testing::sample_submission;
using enum Verification::Overall;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class PublicLog : public testing::LedgerTest {
 protected:
  PublicLog() { options_.address = "https://log.example/alting"; }
  std::string rotate() {
    auto rotated = ledger_->rotate_key();
    EXPECT_TRUE(rotated) << rotated.error().detail;
    return rotated.value_or("");
  }
  [[nodiscard]] std::string resource(std::string_view path) { return ledger_->public_resource(path).value_or(""); }
  // Ends the log as it is.
  void begin_anew() {
    ledger_.reset();
    const auto origin = begin_new_origin(db(), clock_, random_, options_);
    ASSERT_TRUE(origin) << origin.error().detail;
    open();
  }
  // As if more had been signed than the database holds.
  void lose_what_was_signed() {
    ledger_.reset();
    auto guard = CheckpointGuard::open(options_.guard);
    guard->swap(guard->stored(), {guard->stored().origin, guard->stored().size + 5, leaf_hash("lost")});
  }
  void change(std::string_view sql) {
    ASSERT_TRUE(db().write([&](store::Tx& tx) -> base::Status {
      tx.run(sql);
      return {};
    }));
  }
  [[nodiscard]] static Verification::Overall overall(const Receipt& receipt, const std::string& key) {
    return verify_receipt(receipt.json, {}, {key}).overall;
  }
};

INSTANTIATE_TEST_SUITE_P(Engines, PublicLog, store::testing::engines(), store::testing::engine_name);

TEST_P(PublicLog, HoweverManyRotationsInAShortTimeReceiptsStayWhole) {
  open();
  const auto first = ledger_->verifier_key();
  const auto before = receipt_of(sample_submission());
  std::vector<std::string> all{first};
  for (int i = 0; i < 20; ++i) all.push_back(rotate());
  const auto after = receipt_of(sample_submission());
  const auto again = ledger_->receipt(before.entry_id);
  ASSERT_TRUE(again) << again.error().detail;
  EXPECT_EQ(SignedNote::parse(ledger_->checkpoint())->signatures.size(), max_own_signatures);
  for (const auto& key : {first, all[10], all.back()}) {
    EXPECT_EQ(overall(after, key), verified);
    EXPECT_EQ(overall(*again, key), verified);
  }
  const auto parsed = base::Json::parse(after.json).value();
  for (std::size_t i = 1; i < parsed["keys"].size(); ++i) {
    const auto proof = TlogProof::parse(parsed["keys"][i].text("proof"));
    EXPECT_EQ(SignedNote::parse(proof->checkpoint)->signatures.size(), 1U);
  }
  reopen();
  EXPECT_EQ(SignedNote::parse(ledger_->checkpoint())->signatures.size(), max_own_signatures);
  EXPECT_EQ(overall(receipt_of(sample_submission()), first), verified);
  const auto listed = base::Json::parse(resource("vkeys.json")).value()["logs"][0]["keys"];
  EXPECT_EQ(listed.size(), 21U);
  EXPECT_EQ(listed[2].text("until"), base::to_rfc3339(clock_.now())) << "the oldest retired at once";
}

// As a log of before has it: the checkpoint of an announcement carries the lines of all keys of its day.
TEST_P(PublicLog, AnAnnouncementOfBeforeWithTooManyLinesIsMended) {
  open();
  const auto first = ledger_->verifier_key();
  rotate();
  auto statement = db().read([](store::Tx& tx) { return read_key_statement(*keys(tx, 1)[1].statement); }).value();
  auto proof = TlogProof::parse(statement.proof).value();
  const auto line = proof.checkpoint.substr(proof.checkpoint.find("\n\n") + 2);
  for (int i = 0; i < 16; ++i)
    proof.checkpoint += base::replace_all(line, "log.example", fmt::format("log{}.example", i));
  statement.proof = proof.text();
  ASSERT_TRUE(db().write([&](store::Tx& tx) -> base::Status {
    set_statement(tx, 1, 1, write_key_statement(statement));
    return {};
  }));
  reopen();
  EXPECT_EQ(overall(receipt_of(sample_submission()), first), verified);
}

TEST_P(PublicLog, AReceiptThatWouldNotVerifyIsNeverHandedOut) {
  open();
  const auto before = receipt_of(sample_submission());
  rotate();
  ledger_.reset();
  auto statement = db().read([](store::Tx& tx) { return *keys(tx, 1)[1].statement; });
  const auto spoilt = base::replace_all(statement, "\"salt\":\"", "\"salt\":\"AAAA");
  ASSERT_TRUE(db().write([&](store::Tx& tx) -> base::Status {
    set_statement(tx, 1, 1, spoilt);
    return {};
  }));
  reopen();
  const auto handle = append(sample_submission());
  EXPECT_EQ(ledger_->await_receipt(handle).error().code, "error.ledger.proof_follows");
  EXPECT_EQ(ledger_->receipt(before.entry_id).error().kind, base::ErrorKind::unavailable);
  ASSERT_TRUE(db().write([&](store::Tx& tx) -> base::Status {
    set_statement(tx, 1, 1, statement);
    return {};
  }));
  reopen();
  EXPECT_EQ(verify(*ledger_->receipt(handle.id)).overall, verified);
}

TEST_P(PublicLog, EachLogKeepsItsOwnAddressesForEver) {
  open();
  for (int i = 0; i < 300; ++i) append(sample_submission());
  ledger_->flush();
  const std::vector<std::string> paths{"checkpoint",     "vkey",           "tile/0/000",       "tile/0/001.p/45",
                                       "tile/1/000.p/1", "tile/0/000.p/7", "tile/entries/000", "tile/entries/001.p/9"};
  std::map<std::string, std::string> given;
  for (const auto& path : paths) {
    given[path] = resource(path);
    EXPECT_FALSE(given[path].empty()) << path;
    EXPECT_EQ(resource("1/" + path), given[path]) << path;
    EXPECT_EQ(resource("1/test/" + path), given[path]) << path;
  }
  begin_anew();
  receipt_of(sample_submission());
  reopen();
  for (const auto& path : paths) {
    EXPECT_EQ(resource(path), given[path]) << "as it was given out: " << path;
    EXPECT_EQ(resource("1/" + path), given[path]) << path;
  }
  EXPECT_EQ(resource("2/checkpoint"), ledger_->checkpoint());
  EXPECT_EQ(resource("2/vkey"), ledger_->verifier_key() + "\n");
  EXPECT_EQ(resource("2/test/tile/0/000.p/2").size(), 64U);
  EXPECT_EQ(ledger_->address(), "https://log.example/alting/2/test/");
  EXPECT_EQ("https://" + ledger_->origin() + "/", ledger_->address()) << "the origin is the address without its scheme";
  for (const auto* path : {"3/checkpoint", "0/checkpoint", "2/tile/0/001", "1/tile/0/002", "1/succession", "01/vkey",
                           "9007199254740991/vkey", "2/", "2/vkeys", ""})
    EXPECT_EQ(ledger_->public_resource(path).error().kind, base::ErrorKind::not_found) << path;
}

TEST_P(PublicLog, ANewLogIsTiedToTheOldOneByAStatementOfBothKeys) {
  open();
  const auto old_key = ledger_->verifier_key();
  receipt_of(sample_submission());
  begin_anew();
  const auto tied = Succession::read(resource("2/succession"));
  ASSERT_TRUE(tied);
  EXPECT_EQ(tied->old_key.text(), old_key);
  EXPECT_EQ(tied->new_key.text(), ledger_->verifier_key());
  EXPECT_EQ(tied->old_state, Checkpoint::parse(SignedNote::parse(resource("1/checkpoint"))->text).value());
  EXPECT_EQ(tied->at, clock_.now());
  auto note = SignedNote::parse(resource("2/succession")).value();
  EXPECT_FALSE(Checkpoint::parse(note.text)) << "it never passes for a checkpoint";
  note.signatures.pop_back();
  EXPECT_FALSE(Succession::read(note.format())) << "one signature is not enough";
  const auto receipt = receipt_of(sample_submission());
  EXPECT_EQ(overall(receipt, old_key), signer_unknown);
  const auto followed = follow_keys(resource("vkeys.json"), {old_key});
  ASSERT_TRUE(followed);
  EXPECT_EQ(verify_receipt(receipt.json, {}, *followed).overall, verified);
}

TEST_P(PublicLog, AnEndedLogIsServedUnderTheNoteThatWasKeptAndItsKeyIsNotLookedAtAgain) {
  open();
  const auto old = receipt_of(sample_submission());
  const auto old_key = ledger_->verifier_key();
  const auto checkpoint = ledger_->checkpoint();
  lose_what_was_signed();
  ASSERT_EQ(make().error().code, "error.ledger.behind");
  ASSERT_TRUE(begin_new_origin(db(), clock_, random_, options_));
  std::filesystem::remove(options_.keys / "1-0.key");
  open();
  EXPECT_EQ(resource("1/checkpoint"), checkpoint);
  EXPECT_EQ(overall(*ledger_->receipt(old.entry_id), old_key), verified);
}

TEST_P(PublicLog, AnotherHistoryOfAnEndedLogIsNeverSigned) {
  open();
  const auto old = receipt_of(sample_submission());
  const auto checkpoint = ledger_->checkpoint();
  const auto signed_state = Checkpoint::parse(SignedNote::parse(checkpoint)->text).value();
  whole_ = false;
  ledger_.reset();
  const Hash other = leaf_hash("another");  // the row and the leaves agree; only what was signed is another
  change(
      "UPDATE ledger_entry SET commitment = (SELECT commitment FROM ledger_entry WHERE position = 0) WHERE position = "
      "1");
  Tree tree;
  const auto all = db().read([](store::Tx& tx) { return commitments(tx, 1, 0, 2); });
  for (std::size_t at = 0; at < all.size(); at += 32) tree.add(leaf_hash(base::ByteView(all).substr(at, 32)));
  ASSERT_TRUE(db().write([&](store::Tx& tx) -> base::Status {
    return advance_log(tx, 1, {2, signed_state.root}, {2, tree.view()->root()})
               ? base::Status()
               : base::make_error(base::ErrorKind::conflict, "x");
  }));
  ASSERT_NE(tree.view()->root(), other);
  ASSERT_EQ(make().error().code, "error.ledger.forked");
  ASSERT_TRUE(begin_new_origin(db(), clock_, random_, options_));
  open();
  EXPECT_EQ(ledger_->receipt(old.entry_id).error().code, "error.ledger.ended");
  EXPECT_THAT(resource("1/checkpoint"), Not(HasSubstr(base::to_base64(tree.view()->root().view()))));
  EXPECT_EQ(Succession::read(resource("2/succession"))->old_state, signed_state);
}

// A log that ended before last notes were kept is settled once, under the checkpoint store that was put aside.
TEST_P(PublicLog, ALogThatEndedBeforeIsSettledAtTheNextStart) {
  open();
  const auto old = receipt_of(sample_submission());
  const auto old_key = ledger_->verifier_key();
  begin_anew();
  ledger_.reset();
  change("UPDATE ledger_log SET note = NULL, succession = NULL");
  open();
  EXPECT_EQ(overall(*ledger_->receipt(old.entry_id), old_key), verified);
  EXPECT_TRUE(Succession::read(resource("2/succession")));
  std::filesystem::remove(options_.keys / "1-0.key");
  reopen();
  EXPECT_EQ(overall(*ledger_->receipt(old.entry_id), old_key), verified);
}

TEST_P(PublicLog, AllKeysAreListedAndOnlyWhatAGivenKeyProvesIsTakenFromTheList) {
  open();
  const auto first = ledger_->verifier_key();
  const auto before = receipt_of(sample_submission());
  const auto second = rotate();
  begin_anew();
  const auto third = ledger_->verifier_key();
  const auto fourth = rotate();
  const auto after = receipt_of(sample_submission());
  const std::vector<std::string> all{first, second, third, fourth};
  EXPECT_EQ(ledger_->verifier_keys(), all);
  const auto text = resource("vkeys");
  for (const auto& key : all) EXPECT_THAT(text, HasSubstr("\n" + key + "\n"));
  const auto json = resource("vkeys.json");
  EXPECT_TRUE(is_key_list(json));
  EXPECT_FALSE(is_key_list(text));
  for (const auto& key : all) {
    const auto followed = follow_keys(json, {key});
    ASSERT_TRUE(followed);
    EXPECT_EQ(verify_receipt(before.json, {}, *followed).overall, verified) << key;
    EXPECT_EQ(verify_receipt(after.json, {}, *followed).overall, verified) << key;
  }
  const auto stranger = testing::SampleLog(9).trusted();
  EXPECT_EQ(*follow_keys(json, {stranger}), std::vector<std::string>{stranger});
  EXPECT_EQ(*follow_keys(json, {}), std::vector<std::string>{});
  // A list that somebody has made up proves nothing: neither a changed key nor a statement with one signature.
  auto forged = base::Json::parse(json).value();
  forged.set("statement", base::replace_all(text, second, stranger));
  forged.find("logs")->items()[0].find("keys")->items()[1].set("vkey", stranger);
  forged.find("logs")->items()[1].set(
      "succession", base::replace_all(std::string(forged["logs"][1].text("succession")), third, stranger));
  EXPECT_THAT(*follow_keys(forged.dump(), {first}), Not(Contains(stranger)));
  EXPECT_FALSE(follow_keys("{}", {first}));
  EXPECT_FALSE(follow_keys("nonsense", {first}));
}

TEST_P(PublicLog, AReceiptNamesTheLogsAddressAndThePartysNumberAndAPersonsOnlyWhenAsked) {
  open();
  const auto business = base::Json::parse(receipt_of(sample_submission()).json).value();
  EXPECT_EQ(business["entry"].text("log"), "https://log.example/alting/1/test/");
  EXPECT_EQ(business["disclosed"]["party.organisation_number"].text("value"), "310000001");
  auto person = sample_submission();
  person.organisation_number.clear();
  person.identity_number = "01017012345";
  const auto without = receipt_of(person);
  EXPECT_THAT(without.json, Not(HasSubstr("01017012345")));
  EXPECT_THAT(ledger_->receipt(without.entry_id)->json, Not(HasSubstr("01017012345")));
  const auto with = ledger_->receipt_with_identity(without.entry_id);
  ASSERT_TRUE(with);
  EXPECT_EQ(base::Json::parse(with->json).value()["disclosed"]["party.identity_number"].text("value"), "01017012345");
  EXPECT_EQ(verify(*with).overall, verified);
  EXPECT_EQ(verify(without).overall, verified);
}

TEST(LogAddresses, NamesOfBeforeAndOfNowAreUnderstood) {
  EXPECT_EQ(origin_for("a.example/log", terms::Mode::production, 3), "a.example/log/3");
  EXPECT_EQ(origin_for("a.example/log", terms::Mode::test, 1), "a.example/log/1/test");
  for (const auto& [origin, number] : std::vector<std::pair<std::string, std::int64_t>>{{"a.example/log/test", 1},
                                                                                        {"a.example/log/test/2", 2},
                                                                                        {"a.example/log/production", 1},
                                                                                        {"a.example/log/7", 7},
                                                                                        {"a.example/log/7/test", 7}})
    EXPECT_EQ(number_in(origin), number) << origin;
  for (const auto* origin : {"a.example/log/test", "a.example/log/test/2", "a.example/log/2/test"})
    EXPECT_TRUE(is_test_log(origin)) << origin;
  for (const auto* origin :
       {"a.example/log/production", "a.example/log/2", "a.example/log", "test", "a.example/latest"})
    EXPECT_FALSE(is_test_log(origin)) << origin;
  EXPECT_EQ(address_of("https://a.example/log", 1, "a.example/log/test"), "https://a.example/log/1/");
  EXPECT_EQ(address_of("https://a.example/log", 2, "a.example/log/2/test"), "https://a.example/log/2/test/");
}

}  // namespace
}  // namespace alting::ledger
