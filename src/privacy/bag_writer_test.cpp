#include "privacy/bag_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/testing/temporary_folder.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "privacy/minisign.h"
#include "privacy/room_catalogue.h"

namespace alting::privacy {
namespace {

using base::Bytes;
using ::testing::HasSubstr;

const base::Instant bag_made_at = *base::from_rfc3339("2026-11-22T01:02:04Z");

class Bag : public ::testing::Test {
 protected:
  Bytes written(base::Instant at, int records) {
    Bytes out;
    BagWriter bag({.texts = texts,
                   .language = base::Language::en,
                   .random = random,
                   .spool = folder.path(),
                   .party_name = "Kari Nordmann",
                   .at = at,
                   .sink = [&](base::ByteView part) { out += part; }});
    bag.begin({"inbox", "message", room_catalogue().tables.front(), base::Json::object()});
    for (int i = 0; i < records; ++i)
      bag.record("inbox", "message",
                 base::Json::object({{"_key", std::to_string(i)}, {"words", std::string(1'000, 'x')}}));
    (void)bag.close("id", {});
    bag.finish();
    return out;
  }
  std::map<std::string, Bytes> read(const Bytes& archive) {
    std::map<std::string, Bytes> files;
    const auto entries = paper::unzip(archive, base::ManualClock(bag_made_at), {.ratio = 10'000});
    if (!entries) throw std::runtime_error(entries.error().code);
    for (const auto& one : *entries) files[one.name.substr(bag_folder.size())] = one.content;
    return files;
  }
  base::TemporaryFolder folder;
  base::SeededRandom random{1};
  base::Texts texts = *base::Texts::load(std::filesystem::path(ALTING_SOURCE_DIR) / "texts");
};

TEST_F(Bag, TwoOfTheSameDataDifferInTheirDayAlone) {
  const auto first = read(written(bag_made_at, 3)), second = read(written(bag_made_at + base::Duration::days(3), 3));
  ASSERT_EQ(first.size(), second.size());
  for (const auto& [name, content] : first) {
    if (name == "bag-info.txt" || name == list_of_lists)
      EXPECT_NE(second.at(name), content) << name;
    else
      EXPECT_EQ(second.at(name), content) << name;
  }
}

TEST_F(Bag, ManyRecordsAreOnPagesThatLeadToEachOther) {
  const auto files = read(written(bag_made_at, 450));
  EXPECT_THAT(files.at("data/pages/operator/inbox-message-1.html"), HasSubstr("inbox-message-2.html"));
  EXPECT_THAT(files.at("data/pages/operator/inbox-message-3.html"), HasSubstr("inbox-message-2.html"));
  EXPECT_FALSE(files.contains("data/pages/operator/inbox-message-4.html"));
  EXPECT_THAT(files.at("data/controllers/operator.html"), HasSubstr("450 records"));
  std::size_t headings = 0;
  for (int i = 1; i <= 3; ++i) {
    const auto& page = files.at(fmt::format("data/pages/operator/inbox-message-{}.html", i));
    for (auto at = page.find("<h2>Message "); at != std::string::npos; at = page.find("<h2>Message ", at + 1))
      ++headings;
  }
  EXPECT_EQ(headings, 450U);
  const auto& lines = files.at("data/json/inbox/message.ndjson");  // larger than what waits in memory
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 450);
}

TEST_F(Bag, ThePayloadIsCountedAsTheStandardSays) {
  const auto files = read(written(bag_made_at, 2));
  std::size_t count = 0, octets = 0;
  for (const auto& [name, content] : files)
    if (name.starts_with("data/")) {
      ++count;
      octets += content.size();
    }
  EXPECT_THAT(files.at("bag-info.txt"), HasSubstr(fmt::format("Payload-Oxum: {}.{}\n", octets, count)));
  EXPECT_EQ(files.at("bagit.txt"), "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n");
}

TEST_F(Bag, WhatWaitsIsNotReadableOnTheDiskAndComesBackWhole) {
  Spool spool(folder.path(), random);
  std::string all;
  for (int i = 0; i < 3; ++i) {  // it may be filled again
    all.clear();
    for (int j = 0; j < 5'000; ++j) {
      const auto part = fmt::format("secret words {};", j * (i + 1));
      spool.write(part);
      all += part;
    }
    EXPECT_FALSE(spool.empty());
    EXPECT_TRUE(std::filesystem::is_empty(folder.path())) << "its file has no name";
    std::string back;
    spool.take_all([&](base::ByteView part) { back += part; });
    EXPECT_EQ(back, all);
    EXPECT_TRUE(spool.empty());
  }
}

TEST(Minisign, OnlyTheSameFileAndCommentUnderTheSameKeyVerify) {
  base::SeededRandom random(2);
  const auto key = crypto::Ed25519Key::generate(random), other = crypto::Ed25519Key::generate(random);
  const auto signature = minisign(key, "a list\n", "copy 1");
  EXPECT_EQ(check_minisign(minisign_key(key), "a list\n", signature), "copy 1");
  EXPECT_FALSE(check_minisign(minisign_key(key), "another list\n", signature));
  EXPECT_FALSE(check_minisign(minisign_key(other), "a list\n", signature));
  EXPECT_FALSE(check_minisign(minisign_key(key), "a list\n", base::replace_all(signature, "copy 1", "copy 2")));
  EXPECT_FALSE(check_minisign(minisign_key(key), "a list\n", ""));
  EXPECT_EQ(read_minisign_key(minisign_key_file(minisign_key(key))), minisign_key(key));
  EXPECT_FALSE(read_minisign_key("untrusted comment: none\nAAAA\n"));
}

}  // namespace
}  // namespace alting::privacy
