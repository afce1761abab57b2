#include "ledger/verify.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "ledger/note.h"
#include "ledger/receipt.h"
#include "ledger/testing/sample_log.h"

namespace alting::ledger {
namespace {

using enum Verification::Overall;
using ::testing::Contains;
using ::testing::HasSubstr;
using testing::sample_delegation;
using testing::sample_submission;
using testing::SampleLog;

SampleLog log_of(std::size_t entries) {
  SampleLog log;
  for (std::size_t i = 0; i < entries; ++i) log.add(sample_submission());
  return log;
}

const Finding* find(const Verification& verification, Claim claim) {
  for (const auto& one : verification.findings)
    if (one.claim == claim) return &one;
  return nullptr;
}

std::vector<std::string> summary(const Verification& verification) {
  std::vector<std::string> lines;
  for (const auto& one : verification.findings)
    lines.push_back(fmt::format("{} {} {}", to_text(one.claim), to_text(one.verdict), one.subject));
  return lines;
}

TEST(Verify, WhatReceiptsHaveInCommonIsWorkedOutOnce) {
  auto log = log_of(5);
  GoodSignatures good;
  for (const std::size_t index : {1U, 2U, 3U})
    EXPECT_EQ(verify_receipt(log.receipt(index), {}, {log.trusted()}, &good).overall, verified);
  EXPECT_EQ(good.worked_out(), 1);
  log.add(sample_submission());
  EXPECT_EQ(verify_receipt(log.receipt(1), {}, {log.trusted()}, &good).overall, verified);
  EXPECT_EQ(good.worked_out(), 2);
}

TEST(Verify, AReceiptUnderATrustedKeyIsVerifiedInEveryPart) {
  auto log = log_of(5);
  const auto receipt = log.receipt(3);
  const auto verification = verify_receipt(
      receipt, {{"skjema.json", hash_of("the form").bytes()}, {"v.pdf", hash_of("the attachment").bytes()}},
      {log.trusted()});
  EXPECT_EQ(verification.overall, verified);
  EXPECT_EQ(verification.index, 3);
  EXPECT_EQ(verification.tree_size, 5);
  EXPECT_EQ(verification.origin, "log.example/alting/test");
  EXPECT_EQ(verification.entry.text("kind"), "submission.received");
  EXPECT_EQ(verification.disclosed.text("actor.name"), "Ærlig Åse Øystad");
  EXPECT_EQ(verification.disclosed.text("documents.1.file"), "vedlegg \xe2\x80\x93 1.pdf");
  for (const auto& one : verification.findings)
    EXPECT_EQ(one.verdict, one.claim == Claim::time_witnessed ? Verdict::not_proved : Verdict::proved)
        << to_text(one.claim) << one.subject;
  EXPECT_EQ(std::count_if(verification.findings.begin(), verification.findings.end(),
                          [](const auto& one) { return one.claim == Claim::disclosure; }),
            7);
  EXPECT_TRUE(verification.test_log);
  EXPECT_LT(receipt.size(), 3'700U);
}

TEST(Verify, TheEntryItselfHoldsNoNameAndNoIdOfThePersonOrTheParty) {
  auto log = log_of(1);
  log.add(sample_delegation());
  for (const std::size_t entry : {0U, 1U})
    for (const char* secret :
         {"Ærlig", "Fjellbris", "0191f7a0-1111", "0191f7a0-2222", "310000001", "skjema.json", "Kåre", "0191f7a0-5555"})
      EXPECT_EQ(log.entry(entry).canonical.find(secret), std::string::npos) << secret;
}

TEST(Verify, PersonalFieldsOfAnEntryAreDisclosedInItsReceipt) {
  auto log = log_of(1);
  log.add(sample_delegation());
  const auto verification = verify_receipt(log.receipt(1), {}, {log.trusted()});
  EXPECT_EQ(verification.overall, verified);
  EXPECT_EQ(verification.disclosed.text("personal.recipient"), "0191f7a0-5555-7abc-8def-000000000005");
  EXPECT_EQ(verification.disclosed.text("personal.recipient_name"), "Kåre \xf0\x9f\x99\x82 Test");
}

// What a kind had in an earlier release, and kinds of a later one, are JSON like any other.
TEST(Verify, AReceiptHoldsWithParametersThatNoLongerAreDeclared) {
  auto log = log_of(1);
  auto entry = sample_delegation();
  entry.parameters.set("deadline", "2027-01-01T00:00:00Z");
  entry.personal.emplace_back("reporter", "Kåre");
  ASSERT_EQ(undeclared(entry.kind, entry.parameters, {}), "deadline");
  log.add(entry);
  const auto verification = verify_receipt(log.receipt(1), {}, {log.trusted()});
  EXPECT_EQ(verification.overall, verified);
  EXPECT_EQ(verification.entry.find("parameters")->text("deadline"), "2027-01-01T00:00:00Z");
  EXPECT_EQ(verification.disclosed.text("personal.reporter"), "Kåre");
}

TEST(Verify, WithoutATrustedKeyItIsIntactButTheSignerUnknown) {
  auto log = log_of(2);
  const auto verification = verify_receipt(log.receipt(0) + "\n", {}, {});
  EXPECT_EQ(verification.overall, signer_unknown);
  EXPECT_EQ(find(verification, Claim::signer_trusted)->verdict, Verdict::not_proved);
  EXPECT_EQ(find(verification, Claim::document)->verdict, Verdict::missing);
  EXPECT_EQ(find(verification, Claim::document)->subject, "skjema.json");
  EXPECT_EQ(verify_receipt(log.receipt(0), {}, {SampleLog(2).trusted(), "nonsense"}).overall, signer_unknown);
}

TEST(Verify, ADocumentThatIsNotInTheEntryBreaksIt) {
  auto log = log_of(1);
  EXPECT_EQ(verify_receipt(log.receipt(0), {{"other.pdf", hash_of("another").bytes()}}, {log.trusted()}).overall,
            broken);
}

TEST(Verify, TheOldKeyLeadsToTheNewOne) {
  auto log = log_of(3);
  log.rotate(true);
  log.add(sample_submission());
  log.rotate(false);
  log.add(sample_submission());
  for (std::size_t key = 0; key < 3; ++key)
    EXPECT_EQ(verify_receipt(log.receipt(0), {}, {log.trusted(key)}).overall, verified) << key;
  EXPECT_EQ(verify_receipt(log.receipt(0), {}, {}).overall, signer_unknown);
}

TEST(Verify, AnAnnouncementThatTheOldKeyDidNotSignIsBroken) {
  auto log = log_of(3);
  auto stranger = SampleLog(9);
  stranger.add(sample_submission());
  stranger.rotate(false);
  auto receipt = base::Json::parse(stranger.receipt(0)).value();
  receipt.find("keys")->items()[0].set("vkey",
                                       log.trusted());  // the stranger claims that the trusted key announced his
  const auto forged = base::canonical_json(receipt).value();
  EXPECT_EQ(verify_receipt(forged, {}, {log.trusted()}).overall, broken);
}

TEST(Verify, AnErasedNameLeavesAReceiptThatStillHolds) {
  auto log = log_of(2);
  auto receipt = base::Json::parse(log.receipt(1)).value();
  receipt.find("disclosed")->erase("actor.name");
  receipt.find("disclosed")->erase("actor.id");
  EXPECT_EQ(verify_receipt(base::canonical_json(receipt).value(), {}, {log.trusted()}).overall, verified);
}

TEST(Verify, AValueThatIsNotTheDisclosedOneIsRefuted) {
  auto log = log_of(2);
  auto receipt = base::Json::parse(log.receipt(1)).value();
  receipt.find("disclosed")->find("actor.name")->set("value", "Someone Else");
  const auto verification = verify_receipt(base::canonical_json(receipt).value(), {}, {log.trusted()});
  EXPECT_EQ(verification.overall, broken);
  EXPECT_EQ(find(verification, Claim::included)->verdict, Verdict::proved);
}

// The receipt with a further line on its checkpoint.
std::string with_line(const std::string& receipt, const NoteSignature& line) {
  auto json = base::Json::parse(receipt).value();
  auto proof = TlogProof::parse(json.text("proof")).value();
  auto note = SignedNote::parse(proof.checkpoint).value();
  note.signatures.push_back(line);
  proof.checkpoint = note.format();
  json.set("proof", proof.text());
  return base::canonical_json(json).value();
}

TEST(Verify, ABadLineOfATrustedKeySinksTheNoteWhateverItsName) {
  auto log = log_of(3);
  base::SeededRandom random(77);
  const auto friendly = NoteSigner::make("friend.example/log", random);
  auto line = friendly.sign("something else");
  const auto bad = with_line(log.receipt(1), line);
  EXPECT_EQ(verify_receipt(bad, {}, {log.trusted()}).overall, verified) << "nobody knows the key";
  const auto sunk = verify_receipt(bad, {}, {log.trusted(), friendly.verifier().text()});
  EXPECT_EQ(sunk.overall, broken);
  EXPECT_THAT(summary(sunk), Contains("checkpoint_signed refuted " + friendly.verifier().text()));
  const auto proof = TlogProof::parse(base::Json::parse(log.receipt(1)).value().text("proof")).value();
  const auto good = with_line(log.receipt(1), friendly.sign(SignedNote::parse(proof.checkpoint)->text));
  EXPECT_EQ(verify_receipt(good, {}, {log.trusted(), friendly.verifier().text()}).overall, verified);
  EXPECT_EQ(verify_receipt(good, {}, {friendly.verifier().text()}).overall, signer_unknown);
}

TEST(Verify, AKeyOrLineOfATypeThatIsNotCheckedIsNamedAndCountsForNothing) {
  auto log = log_of(3);
  const auto key = "witness.example+0a0b0c0d+" + base::to_base64("\x06" + std::string(1312, 'k'));
  ASSERT_TRUE(UncheckedKey::parse(key));
  const auto receipt = with_line(log.receipt(1), {"witness.example", 0x0a0b0c0d, std::string(2428, 's')});
  for (const auto& keys : {std::vector<std::string>{log.trusted(), key}, std::vector<std::string>{log.trusted()}}) {
    const auto verification = verify_receipt(receipt, {}, keys);
    EXPECT_EQ(verification.overall, verified);
    const auto lines = summary(verification);
    EXPECT_EQ(std::count(lines.begin(), lines.end(), "checkpoint_signed not_proved witness.example"), 1);
    EXPECT_EQ(find(verification, Claim::time_witnessed)->verdict, Verdict::not_proved);
  }
  EXPECT_EQ(verify_receipt(receipt, {}, {key}).overall, signer_unknown);
  for (const auto& text :
       {log.trusted(), std::string("nonsense"), std::string("w+0a0b0c0d+Bg=="), "w+0A0b0c0d" + key.substr(24)})
    EXPECT_FALSE(UncheckedKey::parse(text)) << text;
}

TEST(Verify, AReceiptOfTheLargestSizeMayHaveItsNewline) {
  EXPECT_THAT(verify_receipt(std::string(max_receipt_size, 'x') + "\n", {}, {}).findings[0].detail,
              HasSubstr("not JSON"));
  EXPECT_THAT(verify_receipt(std::string(max_receipt_size + 1, 'x'), {}, {}).findings[0].detail, HasSubstr("larger"));
}

TEST(Verify, TheIndexIsToldAsANumberThatCountsFromOne) {
  auto log = log_of(3);
  EXPECT_THAT(find(verify_receipt(log.receipt(2), {}, {}), Claim::included)->detail, HasSubstr("entry 3 of 3"));
}

RC_GTEST_PROP(Verify, EveryChangedOctetIsDetectedOrReported, ()) {
  static auto log = [] {
    auto made = log_of(6);
    made.rotate(true);
    return made;
  }();
  static const std::string receipt = log.receipt(4);
  static const auto good = summary(verify_receipt(receipt, {}, {log.trusted(0)}));
  auto changed = receipt;
  const auto at = *rc::gen::inRange<std::size_t>(0, receipt.size());
  changed[at] = static_cast<char>(changed[at] ^ *rc::gen::inRange(1, 256));
  const auto verification = verify_receipt(changed, {}, {log.trusted(0)});
  const bool unnoticed = verification.overall == verified && summary(verification) == good;
  RC_ASSERT(!unnoticed);
}

RC_GTEST_PROP(Verify, CutAndJoinedReceiptsNeverVerifyAndNeverCrash, ()) {
  static auto log = log_of(6);
  static const std::string one = log.receipt(1), other = log.receipt(5);
  const auto from = *rc::gen::inRange<std::size_t>(0, one.size());
  const auto to = *rc::gen::inRange<std::size_t>(0, other.size());
  const std::string joined = one.substr(0, from) + other.substr(to);
  RC_PRE(joined != one && joined != other);
  RC_ASSERT(verify_receipt(joined, {}, {log.trusted()}).overall == broken);
}

TEST(Verify, AReceiptThatDisclosesMoreThanAnEntryCanHoldIsNoneAndNoneOfItIsLookedAt) {
  auto log = log_of(1);
  auto receipt = base::Json::parse(log.receipt(0)).value();
  auto& disclosed = *receipt.find("disclosed");
  for (int i = 0; disclosed.size() <= max_disclosures; ++i)
    disclosed.set(fmt::format("x{}", i), base::Json::object({{"salt", std::string(24, 'A')}, {"value", "x"}}));
  const auto verification = verify_receipt(base::canonical_json(receipt).value(), {}, {log.trusted()});
  EXPECT_EQ(verification.overall, broken);
  EXPECT_EQ(verification.findings.size(), 1U);
  EXPECT_EQ(verification.disclosed.size(), 0U);
}

TEST(Verify, WhatIsNoReceiptIsBroken) {
  for (const std::string& text :
       {std::string(), std::string("null"), std::string("{}"), std::string("[]"), std::string(2'000'000, '['),
        std::string("\xff"), std::string("{\"format\":\"alting.receipt/1\"}"),
        std::string("{\"format\":\"alting.receipt/2\"}")})
    EXPECT_EQ(verify_receipt(text, {}, {}).overall, broken);
}

}  // namespace
}  // namespace alting::ledger
