#include "ledger/note.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <thread>

#include "ledger/checkpoint.h"

namespace alting::ledger {
namespace {

NoteSigner example_signer(std::string name = "example.com/log", std::uint64_t seed = 1) {
  base::SeededRandom random(seed);
  return NoteSigner::make(std::move(name), random);
}

TEST(Note,
     TheExampleOfTheSpecificationVerifies) {  // C2SP tlog-checkpoint and tlog-cosignature give the note, not the key
  const std::string note =
      "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
      "\xe2\x80\x94 example.com/behind-the-sofa "
      "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";
  const auto parsed = SignedNote::parse(note);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->format(), note);
  ASSERT_EQ(parsed->signatures.size(), 1U);
  EXPECT_EQ(parsed->signatures[0].key_id, 0x033de0aeU);
  const auto checkpoint = Checkpoint::parse(parsed->text);
  ASSERT_TRUE(checkpoint);
  EXPECT_EQ(checkpoint->origin, "example.com/behind-the-sofa");
  EXPECT_EQ(checkpoint->size, 20852163U);
  EXPECT_EQ(checkpoint->text(), parsed->text);
}

TEST(Note, AKeyOfGosNotePackageIsReadAndItsSignatureVerifies) {  // golang.org/x/mod/sumdb/note, package example
  const std::string key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
  const auto parsed = VerifierKey::parse(key);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->text(), key);
  const std::string text =
      "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
  const auto signer = NoteSigner::parse(
      crypto::SecretBytes("PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"));
  ASSERT_TRUE(signer);
  EXPECT_EQ(signer->verifier(), *parsed);
  SignedNote note{text, {signer->sign(text)}};
  EXPECT_EQ(note.format(),
            text +
                "\n\xe2\x80\x94 PeterNeumann "
                "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n");
  EXPECT_EQ(check_signature(note, *parsed).outcome, SignatureCheck::good);
}

TEST(Note, ASignerSurvivesItsTextForm) {
  const auto signer = example_signer();
  const auto again = NoteSigner::parse(signer.secret_text());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->verifier(), signer.verifier());
  EXPECT_EQ(again->sign("a\n").signature, signer.sign("a\n").signature);
}

TEST(Note, OnlyTheKeyThatSignedFindsAGoodSignature) {
  const auto one = example_signer("example.com/log", 1), other = example_signer("example.com/log", 2);
  SignedNote note{"text\n", {one.sign("text\n")}};
  EXPECT_EQ(check_signature(note, one.verifier()).outcome, SignatureCheck::good);
  EXPECT_EQ(check_signature(note, other.verifier()).outcome, SignatureCheck::absent);
  note.text = "Text\n";
  EXPECT_EQ(check_signature(note, one.verifier()).outcome, SignatureCheck::bad);
}

TEST(Note, AWitnesssTimestampedCosignatureGivesItsTime) {
  base::SeededRandom random(3);
  const auto key = crypto::Ed25519Key::generate(random);
  const VerifierKey witness{"witness.example/w1", KeyType::cosignature, key.public_key()};
  SignedNote note{"example.com/log\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", {}};
  base::Bytes signature{"\0\0\0\0\x64\x18\x50\xcb", 8};
  signature += key.sign("cosignature/v1\ntime 1679315147\n" + note.text);
  note.signatures.push_back({witness.name, witness.id(), signature});
  const auto checked = check_signature(note, witness);
  EXPECT_EQ(checked.outcome, SignatureCheck::good);
  EXPECT_EQ(checked.witnessed_at, 1679315147);
  EXPECT_EQ(VerifierKey::parse(witness.text()), witness);
  note.signatures[0].signature[7] ^= 1;
  EXPECT_EQ(check_signature(note, witness).outcome, SignatureCheck::bad);
}

TEST(Note, MalformedNotesAreRefused) {
  const std::string good = SignedNote{"text\n", {example_signer().sign("text\n")}}.format();
  ASSERT_TRUE(SignedNote::parse(good));
  for (const std::string& bad :
       {std::string(), std::string("text\n"), std::string("text\n\n"), good.substr(0, good.size() - 1), "\t" + good,
        good + "x", good + "\n", std::string("\n") + good.substr(6), good + good.substr(6).insert(4, "+")})
    EXPECT_FALSE(SignedNote::parse(bad)) << bad;
  for (const char* name : {"", "a b", "a+b", "\xc3\xa6", "a\nb"}) EXPECT_FALSE(is_key_name(name));
}

RC_GTEST_PROP(Note, AChangedOctetIsNeverAGoodNoteOfTheSameKey, ()) {
  static const auto signer = example_signer();
  const std::string text = "example.com/log\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
  const std::string good = SignedNote{text, {signer.sign(text)}}.format();
  auto changed = good;
  const auto at = *rc::gen::inRange<std::size_t>(0, good.size());
  changed[at] = static_cast<char>(changed[at] ^ *rc::gen::inRange(1, 256));
  const auto parsed = SignedNote::parse(changed);
  const bool good_still = parsed && check_signature(*parsed, signer.verifier()).outcome == SignatureCheck::good;
  RC_ASSERT(!good_still);
}

TEST(GoodSignatures, AreWorkedOutOnceAndBadOnesEachTime) {
  const auto signer = example_signer();
  const std::string text = "example.com/log\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
  const SignedNote note{text, {signer.sign(text)}};
  GoodSignatures good;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(check_signature(note, signer.verifier(), &good).outcome, SignatureCheck::good);
  EXPECT_EQ(good.worked_out(), 1);
  auto other_text = note;
  other_text.text[0] = 'E';
  auto other_signature = note;
  other_signature.signatures[0].signature[5] ^= 1;
  auto other_key = signer.verifier();
  other_key.public_key[0] = static_cast<char>(other_key.public_key[0] ^ 1);
  auto under_other_key = note;
  under_other_key.signatures[0].key_id = other_key.id();
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(check_signature(other_text, signer.verifier(), &good).outcome, SignatureCheck::bad);
    EXPECT_EQ(check_signature(other_signature, signer.verifier(), &good).outcome, SignatureCheck::bad);
    EXPECT_EQ(check_signature(under_other_key, other_key, &good).outcome, SignatureCheck::bad);
  }
  EXPECT_EQ(good.worked_out(), 7);
}

std::vector<SignedNote> notes(const NoteSigner& signer, int count) {
  std::vector<SignedNote> made;
  for (int i = 0; i < count; ++i) {
    const auto text = fmt::format("example.com/log\n{}\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", i);
    made.push_back({text, {signer.sign(text)}});
  }
  return made;
}

// What is asked for again and again stays, however many others come.
TEST(GoodSignatures, ForgetsWhatWasAskedForLongAgoAndNotAllAtOnce) {
  const auto signer = example_signer();
  GoodSignatures good(8);
  const auto ask = [&](const SignedNote& note) {
    const auto before = good.worked_out();
    EXPECT_EQ(check_signature(note, signer.verifier(), &good).outcome, SignatureCheck::good);
    return good.worked_out() > before;
  };
  const auto all = notes(signer, 40);
  EXPECT_TRUE(ask(all[0]));
  for (std::size_t i = 1; i < all.size(); ++i) {
    EXPECT_TRUE(ask(all[i]));
    EXPECT_FALSE(ask(all[0])) << i;
    EXPECT_FALSE(ask(all[i - 1])) << i;
  }
  EXPECT_TRUE(ask(all[1]));
}

TEST(GoodSignatures, ThoseThatAskForTheSameAtOnceHaveItWorkedOutOnce) {
  const auto signer = example_signer();
  const auto all = notes(signer, 50);
  GoodSignatures good;
  {
    std::vector<std::jthread> running;
    for (int t = 0; t < 16; ++t)
      running.emplace_back([&] {
        for (const auto& note : all)
          EXPECT_EQ(check_signature(note, signer.verifier(), &good).outcome, SignatureCheck::good);
      });
  }
  EXPECT_EQ(good.worked_out(), 50);
}

TEST(TlogProof, ReadsWhatItWritesAndRefusesTheRest) {
  TlogProof proof{73894, {leaf_hash("a"), leaf_hash("b")}, "note\n"};
  const auto text = proof.text();
  const auto again = TlogProof::parse(text);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->text(), text);
  EXPECT_EQ(again->index, 73894U);
  EXPECT_EQ(again->hashes, proof.hashes);
  for (const std::string& bad :
       {std::string("x") + text, std::string("c2sp.org/tlog-proof@v1\nextra AA==\n") + text.substr(23),
        std::string("c2sp.org/tlog-proof@v1\nindex 01\n\nnote\n"), std::string("c2sp.org/tlog-proof@v1\nindex 1\n\n")})
    EXPECT_FALSE(TlogProof::parse(bad)) << bad;
}

}  // namespace
}  // namespace alting::ledger
