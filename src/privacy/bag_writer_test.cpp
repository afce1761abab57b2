#include "privacy/bag_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/markup.h"
#include "base/testing/temporary_folder.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "privacy/minisign.h"
#include "privacy/room_catalogue.h"

namespace alting::privacy {
namespace {

using base::Bytes;
using ::testing::HasSubstr;
using ::testing::Not;

const base::Instant bag_made_at = *base::from_rfc3339("2026-11-22T01:02:04Z");

class Bag : public ::testing::Test {
 protected:
  BagWriter::Needs kept_in(Bytes& out, base::Instant at, CopyNames names = {}) {
    return {.texts = texts,
            .language = base::Language::en,
            .random = random,
            .spool = folder.path(),
            .party_name = "Kari Nordmann",
            .at = at,
            .sink = [&out](base::ByteView part) { out += part; },
            .names = std::move(names)};
  }
  Bytes written(base::Instant at, int records) {
    Bytes out;
    BagWriter bag(kept_in(out, at));
    bag.begin({"inbox", "message", room_catalogue().tables.front(), base::Json::object()});
    for (int i = 0; i < records; ++i)
      bag.record("inbox", "message",
                 base::Json::object({{"_key", std::to_string(i)}, {"words", std::string(1'000, 'x')}}));
    (void)bag.close("id", {});
    bag.finish();
    return out;
  }
  // What people and programs read of these records.
  struct Record {
    std::string room, type;
    base::Json record;
  };
  std::map<std::string, Bytes> written_of(const std::vector<Record>& records, CopyNames names = {}) {
    Bytes out;
    BagWriter bag(kept_in(out, bag_made_at, std::move(names)));
    for (const auto& one : records) {
      const auto& tables = room_catalogue().tables;
      auto table = std::ranges::find(tables, std::string_view(one.type), &terms::Table::name);
      if (table == tables.end()) table = tables.begin();
      bag.begin({one.room, one.type, *table, base::Json::object()});
      bag.record(one.room, one.type, one.record);
    }
    (void)bag.close("id", {});
    bag.finish();
    return read(out);
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

TEST_F(Bag, CodesAndPartiesAreInWordsForPeopleAndAsTheyAreStoredForPrograms) {
  const auto files = written_of(
      {{"privacy", "rights_request",
        base::Json::object({{"_key", "1"},
                            {"_part", "whole"},
                            {"party", 7},
                            {"kind", "erasure"},
                            {"asked_by", 9},
                            {"state", "received"},
                            {"refusal", "of old"}})},
       {"instances", "instance", base::Json::object({{"_key", "2"}, {"_part", "whole"}, {"state", "draft"}})}},
      {.party = [](std::int64_t party, bool) { return std::string(party == 7 ? "Kari Nordmann" : ""); }});
  const auto& page = files.at("data/pages/operator/privacy-rights_request-1.html");
  for (const auto* words : {"<dd>Erasure</dd>", "<dd>Waiting for an answer</dd>", "<dd>Kari Nordmann</dd>",
                            "<dd>another party (number 9)</dd>", "<dd>of old</dd>"})
    EXPECT_THAT(page, HasSubstr(words));
  EXPECT_THAT(page, Not(HasSubstr("<dd>erasure</dd>")));
  EXPECT_THAT(files.at("data/json/privacy/rights_request.ndjson"), HasSubstr(R"("kind":"erasure")"));
  EXPECT_THAT(files.at("data/pages/operator/instances-instance-1.html"), HasSubstr("<dd>Draft, not sent</dd>"));
}

TEST_F(Bag, OnesOwnComesFirstAndWhatOnlyTheSystemNeedsLast) {
  const auto record = base::Json::object({{"_key", "1"}, {"_part", "whole"}});
  const auto files =
      written_of({{"store", "key_wrap", record}, {"inbox", "message", record}, {"instances", "submission", record}});
  const auto& page = files.at("data/controllers/operator.html");
  const auto at = [&](std::string_view words) {
    const auto place = page.find(words);
    EXPECT_NE(place, std::string::npos) << words;
    return place;
  };
  EXPECT_LT(at("Form that was sent"), at("Message"));
  EXPECT_LT(at("Message"), at("What the system needs to work"));
  EXPECT_LT(at("What the system needs to work"), at("Key of a document"));
  EXPECT_THAT(files.at("data/index.html"), HasSubstr("pages/operator/instances-submission-1.html"));
  EXPECT_THAT(files.at("data/index.html"), Not(HasSubstr("Key of a document")));
}

TEST_F(Bag, AFormIsReadByItsQuestions) {
  const forms::AppCatalogue apps(std::filesystem::path(ALTING_SOURCE_DIR) / "services", false);
  const terms::AppId guidance{"dat", "veiledning"};
  const auto app = apps.find(guidance);
  ASSERT_TRUE(app);
  const auto answers = base::Json::object(
      {{"sporsmal", base::Json::object({{"tema", "annet"}, {"emne", "Ladders"}, {"gone_field", "still told"}})}});
  const auto files = written_of(
      {{"instances", "submission",
        base::Json::object({{"_key", "1"},
                            {"_part", "whole"},
                            {"org", "dat"},
                            {"app", "veiledning"},
                            {"content", base::Json::object({{"format", "alting.submission/1"}, {"data", answers}})}})},
       {"instances", "draft",
        base::Json::object({{"_key", "2"},
                            {"_part", "whole"},
                            {"instance_id", "mine"},
                            {"content", base::Json::object({{"data", answers}})}})}},
      {.app = [&](const terms::AppId& id) { return apps.find(id); },
       .form_of =
           [&](std::string_view instance) { return instance == "mine" ? std::optional(guidance) : std::nullopt; }});
  const auto label = app->label(base::Language::en, "sporsmal.tema");
  ASSERT_NE(label, "sporsmal.tema");
  const auto words = app->in_words(base::Language::en, "sporsmal.tema", "annet", answers);
  ASSERT_NE(words, "annet");
  for (const auto* name : {"submission", "draft"}) {
    const auto& page = files.at(fmt::format("data/pages/operator/instances-{}-1.html", name));
    EXPECT_THAT(
        page, HasSubstr(fmt::format("<dt>{}</dt><dd>{}</dd>", base::escape_markup(label), base::escape_markup(words))));
    EXPECT_THAT(page, HasSubstr("Ladders"));
    EXPECT_THAT(page, HasSubstr("still told")) << "of a field that the form has no more";
    EXPECT_THAT(page, Not(HasSubstr("sporsmal.emne")));
  }
}

TEST_F(Bag, WhoSawSomethingStandsOnAPageOfItsOwn) {
  const auto entry = [](const char* kind) {
    return base::Json::object(
        {{"_key", kind},
         {"_part", "whole"},
         {"body",
          base::Json::object(
              {{"entry", base::Json::object({{"kind", kind}, {"agency", "dat"}, {"at", "2026-11-20T12:00:00Z"}})},
               {"disclosed", base::Json::object()}})}});
  };
  const auto files = written_of({{"ledger", "ledger_entry", entry("agency.read")}},
                                {.agency = [](std::string_view) { return std::string("The authority"); }});
  const auto& page = files.at("data/disclosures.html");
  EXPECT_THAT(page, HasSubstr("<h2>The agency read</h2>"));
  EXPECT_THAT(page, HasSubstr("The authority"));
  EXPECT_THAT(files.at("data/index.html"), HasSubstr("href=\"disclosures.html\""));

  const auto none = written_of({{"ledger", "ledger_entry", entry("instance.created")}});
  EXPECT_FALSE(none.contains("data/disclosures.html"));
  EXPECT_THAT(none.at("data/index.html"), HasSubstr("Nothing is recorded of others"));
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
