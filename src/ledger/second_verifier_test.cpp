// The verifier in JavaScript (tests/verifier/verify.mjs), written from docs/receipt-format.md alone, comes to the same
// findings as this room's: on good receipts, on changed ones, and on ones that are well formed but false.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "ledger/testing/sample_log.h"
#include "ledger/verify.h"

namespace alting::ledger {
namespace {

using testing::sample_delegation;
using testing::sample_submission;
using testing::SampleLog;

struct Case {
  std::string receipt;
  std::vector<std::string> keys;
  std::vector<GivenDocument> documents;
};

std::string_view to_text(Verification::Overall overall) {
  switch (overall) {
    case Verification::Overall::verified: return "verified";
    case Verification::Overall::signer_unknown: return "signer_unknown";
    case Verification::Overall::broken: return "broken";
  }
  return "";
}

std::string line_for(const Case& one) {
  auto line = base::Json::object(
      {{"receipt", base::to_base64(one.receipt)}, {"keys", base::Json::array()}, {"documents", base::Json::array()}});
  for (const auto& key : one.keys) line.find("keys")->push_back(key);
  for (const auto& document : one.documents)
    line.find("documents")
        ->push_back(base::Json::object({{"name", document.name}, {"sha256", base::to_hex(document.sha256)}}));
  return line.dump();
}

std::string findings_of(const Case& one) {
  const auto verification = verify_receipt(one.receipt, one.documents, one.keys);
  auto findings = base::Json::array();
  for (const auto& finding : verification.findings)
    findings.push_back(fmt::format("{} {} {}", to_text(finding.claim), to_text(finding.verdict), finding.subject));
  return base::Json::object({{"overall", to_text(verification.overall)}, {"findings", std::move(findings)}}).dump();
}

// Runs the second verifier over all cases and compares, line by line.
void expect_agreement(const std::vector<Case>& cases) {
  const auto folder = std::filesystem::temp_directory_path() / fmt::format("alting-second-{}", ::getpid());
  std::filesystem::create_directories(folder);
  {
    std::ofstream in(folder / "in");
    for (const auto& one : cases) in << line_for(one) << '\n';
  }
  const auto command = fmt::format("node '{}/tests/verifier/verify.mjs' --lines < '{}' > '{}'", ALTING_SOURCE_DIR,
                                   (folder / "in").string(), (folder / "out").string());
  ASSERT_EQ(std::system(command.c_str()), 0) << "the second verifier needs Node 20 or newer";
  std::ifstream out(folder / "out");
  std::size_t verified = 0;
  for (const auto& one : cases) {
    std::string line;
    ASSERT_TRUE(std::getline(out, line));
    const auto ours = findings_of(one);
    ASSERT_EQ(line, ours) << one.receipt;
    verified += ours.starts_with("{\"overall\":\"verified\"") ? 1U : 0U;
  }
  EXPECT_GT(verified, 0U);
  std::filesystem::remove_all(folder);
}

// Every value of a JSON document, for changing one of them.
void collect(base::Json& value, std::vector<base::Json*>& all) {
  all.push_back(&value);
  if (value.is_array())
    for (auto& item : value.items()) collect(item, all);
  if (value.is_object())
    for (auto& [name, member] : value.members()) collect(member, all);
}

std::string replace_one_character(std::string text, base::Random& random) {
  if (text.empty()) return "x";
  auto& c = text[random.below(text.size())];
  constexpr std::string_view letters = "AZaz09+/=. \n-";
  if (static_cast<unsigned char>(c) < 128) c = letters[random.below(letters.size())];
  return text;
}

std::string change_a_value(const std::string& receipt, base::Random& random) {
  auto parsed = base::Json::parse(receipt).value();
  std::vector<base::Json*> all;
  collect(parsed, all);
  auto& one = *all[random.below(all.size())];
  switch (random.below(7)) {
    case 0: one = nullptr; break;
    case 1: one = static_cast<std::int64_t>(random.below(3)); break;
    case 2: one = base::Json::array({one}); break;
    case 3:
      if (one.is_object() && one.size() > 0) one.erase(std::string(one.members()[random.below(one.size())].first));
      break;
    case 4:
      if (one.is_object()) one.set("added", "x");
      break;
    case 5:
      if (one.is_array() && one.size() > 0) one.push_back(one[0]);
      break;
    default:
      if (one.is_string()) one = replace_one_character(one.as_string(), random);
      break;
  }
  const auto canonical = base::canonical_json(parsed);
  return canonical ? *canonical : parsed.dump();
}

class SecondVerifier : public ::testing::Test {
 protected:
  SecondVerifier() {
    for (int i = 0; i < 9; ++i) log_.add(i % 3 == 2 ? sample_delegation() : sample_submission());
    log_.rotate(true);
    for (int i = 0; i < 4; ++i) log_.add(sample_submission());
    log_.rotate(true);
    log_.add(sample_submission());
  }
  [[nodiscard]] Case random_case(std::string receipt) {
    Case one{std::move(receipt), {}, {}};
    const std::vector<std::string> keys{log_.trusted(0),
                                        log_.trusted(1),
                                        log_.trusted(2),
                                        SampleLog(5).trusted(),
                                        "nonsense",
                                        unchecked_key(),
                                        stranger_.verifier().text()};
    for (const auto& key : keys)
      if (random_.below(3) == 0) one.keys.push_back(key);
    if (random_.below(2) == 0) one.documents.push_back({"skjema.json", hash_of("the form").bytes()});
    if (random_.below(5) == 0) one.documents.push_back({"fremmed.pdf", hash_of("something else").bytes()});
    return one;
  }
  // Another key of a log, and one of a type that nobody checks here, as they may stand on a checkpoint beside ours.
  static std::string unchecked_key() {
    return "witness.example+0a0b0c0d+" + base::to_base64("\x06" + std::string(40, 'k'));
  }
  std::string with_further_lines(const std::string& receipt) {
    auto json = base::Json::parse(receipt).value();
    auto proof = TlogProof::parse(json.text("proof")).value();
    auto note = SignedNote::parse(proof.checkpoint).value();
    if (random_.below(2) == 0) note.signatures.push_back({"witness.example", 0x0a0b0c0d, "signature"});
    if (random_.below(2) == 0) note.signatures.push_back(stranger_.sign(random_.below(2) == 0 ? note.text : "other"));
    proof.checkpoint = note.format();
    json.set("proof", proof.text());
    return base::canonical_json(json).value();
  }
  SampleLog log_;
  base::SeededRandom random_{42};
  NoteSigner stranger_ = NoteSigner::make("stranger.example/log", random_);
};

TEST_F(SecondVerifier, AgreesOnLinesOfOtherKeysAndOtherTypes) {
  std::vector<Case> cases;
  for (std::size_t i = 0; i < 300; ++i) cases.push_back(random_case(with_further_lines(log_.receipt(i % 14))));
  expect_agreement(cases);
}

TEST_F(SecondVerifier, AgreesOnGoodReceiptsWithAnyTrustAndDocuments) {
  std::vector<Case> cases;
  for (std::size_t i = 0; i < 300; ++i) cases.push_back(random_case(log_.receipt(i % 14) + (i % 5 == 0 ? "\n" : "")));
  expect_agreement(cases);
}

TEST_F(SecondVerifier, AgreesOnReceiptsWithChangedOctets) {
  std::vector<Case> cases{random_case(log_.receipt(3))};
  cases[0].keys.push_back(log_.trusted(0));
  const std::string receipt = log_.receipt(3);
  for (int i = 0; i < 1500; ++i) {
    auto changed = receipt;
    for (auto changes = 1 + random_.below(2); changes > 0; --changes) {
      auto& octet = changed[random_.below(changed.size())];
      octet = random_.below(2) == 0 ? static_cast<char>(octet ^ 1) : static_cast<char>(random_.below(256));
    }
    cases.push_back(random_case(std::move(changed)));
  }
  cases[0].documents.clear();
  expect_agreement(cases);
}

TEST_F(SecondVerifier, AgreesOnWellFormedReceiptsThatAreFalse) {
  std::vector<Case> cases{{log_.receipt(3), {log_.trusted(0)}, {}}};
  for (std::size_t i = 0; i < 1500; ++i) cases.push_back(random_case(change_a_value(log_.receipt(i % 14), random_)));
  expect_agreement(cases);
}

TEST_F(SecondVerifier, AgreesOnTheEdgesOfJson) {
  const std::string good = log_.receipt(3);
  std::vector<Case> cases{{good, {log_.trusted(0)}, {}}};
  const auto with = [&](std::string_view value) {  // a further member of the entry, which nobody has signed
    return base::replace_all(good, "\"level\":4", fmt::format("\"level\":{}", value));
  };
  for (const char* value : {"4.0",
                            "-0",
                            "0",
                            "4e0",
                            "9007199254740991",
                            "9007199254740992",
                            "9007199254740993",
                            "-9007199254740991",
                            "1e400",
                            "\"\\ud800\"",
                            "\"\\ud83d\\ude42\"",
                            "\"\\u00e6\"",
                            "\"\xc3\xa6\"",
                            "\"\xc3\"",
                            "\"\xed\xa0\x80\"",
                            "\"\\/\"",
                            "\"\x7f\"",
                            "\"\\u007f\"",
                            "true",
                            "[]",
                            "{}",
                            "{\"b\":1,\"a\":2}",
                            "{\"a\":1,\"a\":1}",
                            "[1,]",
                            "\"\xe2\x80\xa8\"",
                            "{\"__proto__\":1}",
                            "{\"\xf0\x9f\x99\x82\":1,\"\xef\xbf\xbd\":2}",
                            "{\"\xef\xbf\xbd\":2,\"\xf0\x9f\x99\x82\":1}"})
    cases.push_back({with(value), {log_.trusted(0)}, {}});
  for (int depth = 10; depth < 20; ++depth)
    for (const char* inside : {"", "1"})
      cases.push_back({with(std::string(static_cast<std::size_t>(depth), '[') + inside +
                            std::string(static_cast<std::size_t>(depth), ']')),
                       {},
                       {}});
  for (const std::string& file : {std::string(), std::string("\n"), std::string("{}"), "\xef\xbb\xbf" + good,
                                  good + "\n\n", good + "\r\n", " " + good, std::string("null")})
    cases.push_back({file, {log_.trusted(0)}, {}});
  expect_agreement(cases);
}

TEST_F(SecondVerifier, SaysItByItsExitStatusOnTheCommandLine) {
  const auto folder = std::filesystem::temp_directory_path() / fmt::format("alting-second-cli-{}", ::getpid());
  std::filesystem::create_directories(folder);
  const auto put = [&](const char* name, std::string_view content) {
    std::ofstream(folder / name, std::ios::binary) << content;
  };
  put("receipt.json", log_.receipt(3));
  put("broken.json", log_.receipt(3) + " ");
  put("key", log_.trusted(0) + "\n");
  put("skjema.json", "the form");
  const auto status = [&](std::string_view words) {
    const int ended = std::system(fmt::format("cd '{}' && node '{}/tests/verifier/verify.mjs' {} > out 2>&1",
                                              folder.string(), ALTING_SOURCE_DIR, words)
                                      .c_str());
    return WIFEXITED(ended) ? WEXITSTATUS(ended) : -1;
  };
  EXPECT_EQ(status("receipt.json skjema.json --key key"), 0);
  EXPECT_EQ(status("receipt.json --key '" + log_.trusted(1) + "'"), 0);
  EXPECT_EQ(status("receipt.json skjema.json"), 2);
  EXPECT_EQ(status("broken.json --key key"), 1);
  EXPECT_EQ(status("receipt.json broken.json --key key"), 1);
  EXPECT_EQ(status("missing.json"), 66);
  EXPECT_EQ(status("receipt.json missing.pdf --key key"), 66);
  put("key-windows", "\xef\xbb\xbf" + log_.trusted(0) + " \r\n");
  EXPECT_EQ(status("receipt.json --key key-windows"), 0);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace alting::ledger
