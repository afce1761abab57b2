#include <gmock/gmock.h>

#include <fstream>

#include "access/room_catalogue.h"
#include "base/markup.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "paper/zip.h"
#include "privacy/bag_writer.h"
#include "privacy/log_copy.h"
#include "privacy/testing/copies_fixture.h"

namespace alting::privacy {
namespace {

using base::Bytes;
using base::Duration;
using ledger::Verification;
using terms::Action;
using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;

class CopiesOfAll : public testing::CopiesFixture {
 protected:
  std::vector<paper::ZipEntry> unpacked(const Bytes& octets) {
    return testing::expect(paper::unzip(octets, registers.clock, {.ratio = 10'000}));
  }
  static Bytes content_of(const std::vector<paper::ZipEntry>& entries, std::string_view name) {
    for (const auto& one : entries)
      if (one.name == std::string(bag_folder) + std::string(name)) return one.content;
    throw std::runtime_error("not in the copy: " + std::string(name));
  }
  static std::string code(const base::Status& status) { return status ? "done" : status.error().code; }
  template <class T>
  static std::string code(const base::Result<T>& result) {
    return result ? "done" : result.error().code;
  }
};

TEST_P(CopiesOfAll, OneIsAskedForMadeFetchedAndVerified) {
  const auto id = ask_copy();
  EXPECT_EQ(status_of(id).state, CopyState::waiting);
  EXPECT_EQ(code(copies->begin_download(manages(manager), id, registers.clock.now(), registers.clock.now())),
            "error.copies.not_ready");
  EXPECT_TRUE(maker->make_next());
  EXPECT_FALSE(maker->make_next());
  const auto status = status_of(id);
  EXPECT_EQ(status.state, CopyState::ready);
  EXPECT_EQ(status.expires_at, registers.clock.now() + Duration::days(7));

  const auto octets = fetched(id);
  EXPECT_EQ(status_of(id).downloads, 1);
  const auto told = checked(octets);
  for (const auto& finding : told.findings) EXPECT_EQ(finding.verdict, ledger::Verdict::proved) << finding.what;
  EXPECT_EQ(told.overall, Verification::Overall::verified);
  EXPECT_EQ(check_copy(octets, registers.clock, {}).overall, Verification::Overall::signer_unknown);
  for (const char* kind : {"copy.asked", "copy.made", "copy.downloaded"}) EXPECT_EQ(entries_of(kind), 1) << kind;
}

TEST_P(CopiesOfAll, TheFilesNameSaysWhichBusinessItIsOfAndOfAPersonNothing) {
  const auto name_of = [&](const terms::Permit& permit) {
    const auto now = registers.clock.now();
    const auto id = testing::expect(copies->ask(permit, base::Language::nb, now, post()));
    EXPECT_TRUE(maker->make_next());
    return testing::expect(copies->begin_download(permit, id, now, now)).file_name;
  };
  const auto today = base::to_date_oslo(registers.clock.now());
  EXPECT_EQ(name_of(manages(manager)),
            fmt::format("alting-kopi-{}-{}.zip", registers.registry->find(firm)->organisation_number, today));
  EXPECT_EQ(name_of(testing::expect(access->decider().decide(manager, Action::delegate, {.party = manager.party}))),
            fmt::format("alting-kopi-{}.zip", today));
}

TEST_P(CopiesOfAll, WhatIsGatheredLiesWherePeopleAndProgramsLook) {
  const auto entries = unpacked(fetched(made_copy()));
  const auto lines = content_of(entries, "data/json/instances/submission.ndjson");
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 2);
  EXPECT_EQ(content_of(entries, "data/files/000001-_100 _ sant_.pdf"), attachment);
  EXPECT_EQ(content_of(entries, "data/receipts/000002-AR1.json"), "{}");
  EXPECT_EQ(content_of(entries, "data/files/000003-tom.json"), "");
  EXPECT_THAT(content_of(entries, "data/log.ndjson"), HasSubstr("instance.sent"));
  const auto page = content_of(entries, "data/pages/dat/instances-submission-1.html");
  EXPECT_THAT(page, HasSubstr("Æ &lt;b&gt;"));
  EXPECT_THAT(page, HasSubstr("../../files/000001-_100%20_%20sant_.pdf"));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(content_of(entries, "data/controllers/dat.html"), HasSubstr("../pages/dat/instances-submission-1.html"));
  EXPECT_THAT(content_of(entries, "data/index.html"), HasSubstr("controllers/operator.html"));
  EXPECT_THAT(content_of(entries, "data/article15.json"), HasSubstr("records"));
  for (const auto& one : entries) EXPECT_EQ(one.name.find("borte"), std::string::npos);
}

TEST_P(CopiesOfAll, APersonIsNamedWhereThePagesOfThePortalNameThemAndIsElseANumber) {
  const auto chair = registers.actor("chair").party;
  const auto name = base::escape_markup(registers.registry->find(chair)->name);
  on_gather = [&](CopySink& sink) {
    const auto give = [&](const terms::RoomCatalogue& room, std::string_view type, const char* column) {
      const auto& table = *std::ranges::find(room.tables, type, &terms::Table::name);
      sink.begin({room.room, type, table, base::Json::object()});
      sink.record(room.room, type,
                  base::Json::object({{"_key", "1"},
                                      {"_part", "whole"},
                                      {"_controller", "operator"},
                                      {"party", firm.value},
                                      {column, chair.value}}));
    };
    give(access::room_catalogue(), "delegation_given", "to_party");
    give(room_catalogue(), "rights_request", "asked_by");
  };
  const auto entries = unpacked(fetched(made_copy()));
  const auto given = content_of(entries, "data/pages/operator/access-delegation_given-1.html"),
             asked = content_of(entries, "data/pages/operator/privacy-rights_request-1.html");
  EXPECT_THAT(given, HasSubstr(name));
  EXPECT_THAT(asked, Not(HasSubstr(name)));
  EXPECT_THAT(asked, HasSubstr(fmt::format("en annen part (nummer {})", chair.value)));
  EXPECT_THAT(asked, HasSubstr("Fjord og Fjell AS"));
}

TEST_P(CopiesOfAll, OthersProgramsCheckItToo) {
  const auto folder = files.path() / "unpacked";
  for (const auto& one : unpacked(fetched(made_copy()))) {
    std::filesystem::create_directories((folder / one.name).parent_path());
    std::ofstream(folder / one.name, std::ios::binary) << one.content;
  }
  const auto run = [&](const std::string& command) {
    return std::system(fmt::format("cd '{}' && {} >out 2>&1", (folder / "alting-kopi").string(), command).c_str());
  };
  EXPECT_EQ(run("sha256sum --strict --check tagmanifest-sha256.txt manifest-sha256.txt"), 0);
  EXPECT_EQ(run("minisign -V -p minisign.pub -m tagmanifest-sha256.txt"), 0);
  std::ofstream(folder / "alting-kopi" / "tagmanifest-sha256.txt", std::ios::app) << "\n";
  EXPECT_NE(run("minisign -V -p minisign.pub -m tagmanifest-sha256.txt"), 0);
}

// Each way of changing a copy, with what is said of it.
TEST_P(CopiesOfAll, WhatWasChangedIsFound) {
  const auto entries = unpacked(fetched(made_copy()));
  const auto verdict = [&](std::vector<paper::ZipEntry> changed) {
    const auto told = check_copy(paper::zip(changed, registers.clock.now()), registers.clock, {log->verifier_key()});
    std::string said = told.overall == Verification::Overall::broken ? "broken" : "whole";
    for (const auto& finding : told.findings)
      if (finding.verdict == ledger::Verdict::refuted) said += "; " + finding.what;
    return said;
  };
  ASSERT_EQ(verdict(entries), "whole");
  for (std::size_t i = 0; i < entries.size(); ++i) {
    auto changed = entries;
    changed[i].content += "x";
    EXPECT_THAT(verdict(changed), HasSubstr("broken")) << entries[i].name;
    changed = entries;
    changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_THAT(verdict(changed), HasSubstr("broken")) << "without " << entries[i].name;
  }
  auto more = entries;
  more.push_back({std::string(bag_folder) + "data/more.html", "<p>"});
  EXPECT_THAT(verdict(more), HasSubstr("in no list: data/more.html"));
  // The page that people open is forged, and the genuine one lies beside the folder, where a checker might take it for that.
  auto shadowed = entries;
  const auto page = std::ranges::find(shadowed, std::string(bag_folder) + "data/index.html", &paper::ZipEntry::name);
  ASSERT_NE(page, shadowed.end());
  shadowed.push_back({"data/index.html", std::exchange(page->content, "<p>")});
  EXPECT_THAT(verdict(shadowed),
              AllOf(HasSubstr("changed: data/index.html"), HasSubstr("in no list: /data/index.html")));
  // Lists that grow from next to nothing fill no memory.
  auto blown = entries;
  const auto list = std::ranges::find(blown, std::string(bag_folder) + "manifest-sha256.txt", &paper::ZipEntry::name);
  for (int i = 0; i < 20'000; ++i) list->content += fmt::format("{:064}  data/{}\n", 0, i);
  EXPECT_THAT(verdict(blown), HasSubstr("the list of files is larger than a copy's can be"));

  // Who may write anything but has neither key: all lists made anew, and nothing signed for them.
  auto forged = entries;
  std::string old_digest, new_digest;
  for (auto& one : forged)
    if (one.name.ends_with("log.ndjson")) {
      old_digest = base::to_hex(crypto::sha256(one.content));
      one.content += "{}\n";
      new_digest = base::to_hex(crypto::sha256(one.content));
    }
  for (const auto* list : {"manifest-sha256.txt", "tagmanifest-sha256.txt"})
    for (auto& one : forged)
      if (one.name == std::string(bag_folder) + list) {
        const auto before = base::to_hex(crypto::sha256(one.content));
        one.content = base::replace_all(one.content, old_digest, new_digest);
        old_digest = before;
        new_digest = base::to_hex(crypto::sha256(one.content));
      }
  EXPECT_THAT(verdict(forged), HasSubstr("the lists are not signed by the key beside them"));
}

TEST_P(CopiesOfAll, ACopyOfAnotherIsNotVouchedForByThisOnesReceipt) {
  const auto first = unpacked(fetched(made_copy()));
  registers.clock.advance(Duration::days(2));
  attachment += "more";
  auto second = unpacked(fetched(made_copy()));
  for (auto& one : second)
    if (one.name.ends_with(list_receipt)) one.content = content_of(first, list_receipt);
  EXPECT_EQ(checked(paper::zip(second, registers.clock.now())).overall, Verification::Overall::broken);
}

TEST_P(CopiesOfAll, OneIsMadeADayAndDeletingItGivesNoSecond) {
  const auto asked = [&] {
    return code(copies->ask(manages(manager), base::Language::nb, registers.clock.now(), post()));
  };
  const auto id = made_copy();
  EXPECT_EQ(asked(), "error.copies.too_soon");
  EXPECT_EQ(code(copies->forget(manages(manager), id, registers.clock.now(), post())), "done");
  EXPECT_EQ(asked(), "error.copies.too_soon");
  registers.clock.advance(Duration::hours(24));
  EXPECT_EQ(asked(), "done");
  registers.clock.advance(Duration::hours(30));
  EXPECT_EQ(asked(), "error.copies.too_soon") << "the one before waits still";
}

TEST_P(CopiesOfAll, APostThatComesTwiceAsksOnce) {
  const auto once = post();
  const auto now = registers.clock.now();
  const auto first = testing::expect(copies->ask(manages(manager), base::Language::nb, now, once));
  EXPECT_EQ(testing::expect(copies->ask(manages(manager), base::Language::nb, now, once)), first);
  EXPECT_EQ(count("privacy_copy"), 1);
}

TEST_P(CopiesOfAll, ALoginOfMoreThanFiveMinutesAgoFetchesNothing) {
  const auto id = made_copy();
  const auto now = registers.clock.now();
  EXPECT_EQ(code(copies->begin_download(manages(manager), id, now - Duration::minutes(5), now)), "done");
  EXPECT_EQ(code(copies->begin_download(manages(manager), id, now - Duration::minutes(5) - Duration::seconds(1), now)),
            "error.copies.login_again");
}

TEST_P(CopiesOfAll, NobodyButWhoAskedHasIt) {
  const auto id = made_copy();
  const auto now = registers.clock.now();
  const auto own = testing::expect(access->decider().decide(manager, Action::delegate, {.party = manager.party}));
  EXPECT_EQ(code(copies->begin_download(own, id, now, now)), "error.copies.gone") << "of the firm, not of the person";
  EXPECT_TRUE(copies->list(own, now).empty());
  const auto other = registers.actor("chair");
  EXPECT_EQ(code(copies->begin_download(manages(other), id, now, now)), "error.copies.gone");
  EXPECT_EQ(copies->begin_download(manages(other), id, now, now).error().kind, base::ErrorKind::not_found);
  EXPECT_EQ(code(copies->read(manages(other), id, now, [](base::ByteView) { FAIL(); })), "error.copies.gone");
  EXPECT_EQ(code(copies->forget(manages(other), id, now, post())), "error.copies.gone");
  EXPECT_TRUE(copies->list(manages(other), now).empty());
  const auto reads = testing::expect(access->decider().decide(manager, Action::read_activity, {.party = firm}));
  EXPECT_EQ(code(copies->ask(reads, base::Language::nb, now, post())), "error.copies.not_yours");
}

TEST_P(CopiesOfAll, WhatAsksForAStrongerLoginIsInNoCopyOfAWeakOne) {
  (void)begin();  // a form of dat/veiledning
  const auto facts = apps.find(guidance)->facts();
  const auto stronger = base::replace_all(facts.policy_xml, "XMLSchema#integer\">3<", "XMLSchema#integer\">4<");
  ASSERT_NE(stronger, facts.policy_xml);
  ASSERT_TRUE(access->decider().load_policies(
      {{guidance, stronger, apps.find(guidance)->controller(base::Language::nb).organisation_number, {}}}));
  const auto weak = registers.actor("manager", terms::AssuranceLevel::substantial);
  EXPECT_EQ(code(copies->ask(manages(weak), base::Language::nb, registers.clock.now(), post())), "error.access.level");
  EXPECT_EQ(code(copies->ask(manages(manager), base::Language::nb, registers.clock.now(), post())), "done");
}

TEST_P(CopiesOfAll, ItsKeyGoesAtOnceWhenItIsDeleted) {
  const auto before = blob_files();
  const auto id = made_copy();
  EXPECT_EQ(blob_files(), before + 1);
  const auto key = registers.temp.database().read([&](store::Tx& tx) {
    return store::read_one<base::Uuid>(tx, "SELECT key_id FROM privacy_copy WHERE copy_id = ?", {id});
  });
  EXPECT_EQ(vault.vault().still_held({key}).size(), 1U);
  EXPECT_EQ(code(copies->forget(manages(manager), id, registers.clock.now(), post())), "done");
  EXPECT_TRUE(vault.vault().still_held({key}).empty());
  EXPECT_EQ(blob_files(), before);
  EXPECT_TRUE(copies->list(manages(manager), registers.clock.now()).empty());
  EXPECT_EQ(entries_of("copy.deleted"), 1);
}

TEST_P(CopiesOfAll, ItGoesByItselfAfterSevenDays) {
  const auto before = blob_files();
  const auto id = made_copy();
  registers.clock.advance(Duration::days(7));
  EXPECT_EQ(copies->end_expired(registers.clock.now()), 0);
  EXPECT_EQ(fetched(id).empty(), false);
  registers.clock.advance(Duration::seconds(1));
  const auto now = registers.clock.now();
  EXPECT_EQ(code(copies->begin_download(manages(manager), id, now, now)), "error.copies.gone") << "before the job ran";
  EXPECT_EQ(copies->end_expired(now), 1);
  EXPECT_EQ(copies->end_expired(now), 0);
  EXPECT_EQ(count("privacy_copy"), 0);
  EXPECT_EQ(blob_files(), before);
}

TEST_P(CopiesOfAll, WhateverIsErasedOfAPartyTakesItsCopiesAlong) {
  const auto before = blob_files();
  (void)made_copy();
  const auto own = testing::expect(access->decider().decide(manager, Action::delegate, {.party = manager.party}));
  (void)testing::expect(copies->ask(own, base::Language::nb, registers.clock.now(), post()));
  store::failpoint::arm("copies.keys_gone", store::failpoint::Action::error);
  EXPECT_THROW((void)copies->forget_all(firm), store::DatabaseError);
  EXPECT_EQ(copies->forget_all(firm), 1);
  EXPECT_EQ(blob_files(), before);
  EXPECT_EQ(count("privacy_copy"), 1);
  EXPECT_EQ(copies->forget_all(manager.party), 1) << "the person's own, and those they asked for";
}

TEST_P(CopiesOfAll, OneThatIsDeletedWhileItIsMadeIsLeftNowhere) {
  const auto before = blob_files();
  on_gather = [&](CopySink&) { (void)copies->forget_all(firm); };
  (void)ask_copy();
  EXPECT_TRUE(maker->make_next());
  EXPECT_EQ(blob_files(), before);
  EXPECT_EQ(count("privacy_copy"), 0);
  EXPECT_EQ(entries_of("copy.made"), 0);
}

TEST_P(CopiesOfAll, WhereverItBreaksOffItIsMadeAnewAndVerifies) {
  for (const char* step : {"copies.gathered", "copies.logged", "copies.written", "copies.before_ready"}) {
    const auto id = ask_copy();
    store::failpoint::arm(step, store::failpoint::Action::error);
    EXPECT_TRUE(maker->make_next()) << step;
    ASSERT_TRUE(store::failpoint::fired()) << step;
    store::failpoint::disarm();
    EXPECT_NE(status_of(id).state, CopyState::ready) << step;
    EXPECT_FALSE(maker->make_next()) << "a pause after a failure";
    registers.clock.advance(Duration::minutes(1));
    EXPECT_TRUE(maker->make_next()) << step;
    EXPECT_EQ(checked(fetched(id)).overall, Verification::Overall::verified) << step;
    registers.clock.advance(Duration::days(2));
  }
}

TEST_P(CopiesOfAll, WhatAKillLeftIsReachedByItsRow) {
  const auto before = blob_files();
  for (const char* step :
       {"copies.gathered", "copies.logged", "copies.written", "copies.named", "copies.before_ready"}) {
    const auto id = ask_copy();
    store::failpoint::arm(step, store::failpoint::Action::error);
    EXPECT_TRUE(maker->make_next()) << step;
    ASSERT_TRUE(store::failpoint::fired()) << step;
    store::failpoint::disarm();
    const auto now = registers.clock.now();
    EXPECT_EQ(code(copies->begin_download(manages(manager), id, now, now)), "error.copies.not_ready") << step;
    EXPECT_EQ(copies->forget_all(firm), 1) << step;
    EXPECT_EQ(vault.vault().erase_by_holder(holder_in_making(id)), 0) << step;
    EXPECT_EQ(vault.vault().erase_by_holder(instances::party_holder(firm)), 0) << step;
    EXPECT_EQ(blob_files(), before) << step;
  }
}

TEST_P(CopiesOfAll, OneThatIsReadyIsHeldByItsPartyAlone) {
  const auto id = made_copy();
  EXPECT_EQ(vault.vault().erase_by_holder(holder_in_making(id)), 0);
  EXPECT_EQ(checked(fetched(id)).overall, Verification::Overall::verified);
}

TEST_P(CopiesOfAll, ADeletionThatIsCutOffStandsInTheLogAndIsCarriedOut) {
  for (const bool by_job : {true, false}) {
    const auto id = made_copy();
    const auto key = registers.temp.database().read([&](store::Tx& tx) {
      return store::read_one<base::Uuid>(tx, "SELECT key_id FROM privacy_copy WHERE copy_id = ?", {id});
    });
    const auto entries = entries_of("copy.deleted");
    const auto once = post();
    const auto now = registers.clock.now();
    store::failpoint::arm("copies.deleted", store::failpoint::Action::error);
    EXPECT_THROW((void)copies->forget(manages(manager), id, now, once), store::DatabaseError);
    store::failpoint::disarm();
    EXPECT_EQ(entries_of("copy.deleted"), entries + 1);
    EXPECT_EQ(code(copies->begin_download(manages(manager), id, now, now)), "error.copies.gone");
    if (by_job)
      EXPECT_EQ(copies->end_expired(now), 0) << "the row stays for its days";
    else
      EXPECT_EQ(code(copies->forget(manages(manager), id, now, once)), "done");
    EXPECT_TRUE(vault.vault().still_held({key}).empty());
    EXPECT_EQ(entries_of("copy.deleted"), entries + 1);
    registers.clock.advance(Duration::days(2));
  }
}

TEST_P(CopiesOfAll, WhoDiesLeavesItToTheNextWhenTheLeaseHasEnded) {
  const auto id = ask_copy();
  store::failpoint::arm("copies.taken", store::failpoint::Action::error);
  EXPECT_THROW((void)maker->make_next(), store::DatabaseError);  // with the lease in hand
  store::failpoint::disarm();
  const auto next = make_maker();
  EXPECT_EQ(status_of(id).state, CopyState::making);
  EXPECT_FALSE(next->make_next());
  registers.clock.advance(copy_lease);
  EXPECT_TRUE(next->make_next());
  EXPECT_EQ(status_of(id).state, CopyState::ready);
}

TEST_P(CopiesOfAll, WhoLostItsLeaseMakesNothingReady) {
  const auto before = blob_files();
  const auto id = ask_copy();
  const auto next = make_maker();
  bool first = true;
  on_gather = [&](CopySink&) {
    if (!std::exchange(first, false)) return;
    registers.clock.advance(copy_lease);
    EXPECT_TRUE(next->make_next());  // another process, meanwhile
  };
  EXPECT_TRUE(maker->make_next());
  EXPECT_EQ(checked(fetched(id)).overall, Verification::Overall::verified);
  EXPECT_EQ(blob_files(), before + 1);
}

TEST_P(CopiesOfAll, OneThatCannotBeMadeFailsAfterThreeTriesAndOneMayAskAgain) {
  const auto id = ask_copy();
  on_gather = [](CopySink&) { throw std::runtime_error("it never works"); };
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(maker->make_next());
    registers.clock.advance(Duration::minutes(1));
  }
  EXPECT_FALSE(maker->make_next());
  EXPECT_EQ(status_of(id).state, CopyState::failed);
  EXPECT_EQ(code(copies->forget(manages(manager), id, registers.clock.now(), post())), "done");
  (void)ask_copy();
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(maker->make_next());
    registers.clock.advance(Duration::minutes(1));
  }
  EXPECT_FALSE(maker->make_next());
  EXPECT_EQ(asked_by(manager), "error.copies.too_soon") << "what failed is tried once more a day";
  EXPECT_TRUE(copies->next_at(manages(manager), registers.clock.now()));
  on_gather = nullptr;
  registers.clock.advance(Duration::hours(24));
  EXPECT_EQ(asked_by(manager), "done");
}

TEST_P(CopiesOfAll, OfOneWhoAsksForManyAllButTheFirstComeAfterTheOthers) {
  const auto own = testing::expect(access->decider().decide(manager, Action::delegate, {.party = manager.party}));
  const auto chair = registers.actor("chair");
  (void)ask_copy();
  registers.clock.advance(Duration::minutes(1));
  (void)testing::expect(copies->ask(own, base::Language::nb, registers.clock.now(), post()));
  registers.clock.advance(Duration::minutes(1));
  ASSERT_EQ(asked_by(chair), "done");
  const auto now = registers.clock.now();
  EXPECT_TRUE(maker->make_next());
  EXPECT_TRUE(maker->make_next());
  EXPECT_EQ(copies->list(manages(chair), now).front().state, CopyState::ready);
  EXPECT_EQ(copies->list(own, now).front().state, CopyState::waiting);
  EXPECT_TRUE(maker->make_next());
  EXPECT_EQ(copies->list(own, now).front().state, CopyState::ready);
}

TEST_P(CopiesOfAll, NobodyHasMoreThanSoManyThatWaitOrLieReady) {
  const auto add = [&](std::string_view state, std::int64_t how_many) {
    ASSERT_TRUE(registers.temp.database().write([&](store::Tx& tx) -> base::Status {
      tx.run("DELETE FROM privacy_copy");
      for (std::int64_t i = 0; i < how_many; ++i)
        tx.run(
            "INSERT INTO privacy_copy (copy_id, party_id, asked_by, user_id, language, asked_at, kept_from, state, "
            "tries, items_done, items_all, leased_until, size, downloads) VALUES (?, ?, ?, 1, 'nb', ?, ?, ?, 0, 0, 0, "
            "0, 0, 0)",
            {base::Uuid::v4(registers.random), 1'000 + i, manager.party, registers.clock.now(), registers.clock.now(),
             state});
      return {};
    }));
  };
  add("waiting", max_open_copies);
  EXPECT_EQ(asked_by(manager), "error.copies.too_many_open");
  EXPECT_EQ(asked_by(registers.actor("chair")), "done");
  add("ready", max_ready_copies);
  EXPECT_EQ(asked_by(manager), "error.copies.too_many_ready");
  add("ready", max_ready_copies - 1);
  EXPECT_EQ(asked_by(manager), "done");
}

TEST_P(CopiesOfAll, OneThatWaitsIsNotDropped) {
  const auto id = ask_copy();
  registers.clock.advance(Duration::days(8));
  EXPECT_EQ(copies->end_expired(registers.clock.now()), 0);
  EXPECT_EQ(status_of(id).state, CopyState::waiting);
  EXPECT_TRUE(maker->make_next());
  EXPECT_FALSE(fetched(id).empty());
}

TEST_P(CopiesOfAll, NothingIsBegunAndNothingGoesOnWhileTheDiskIsFull) {
  const auto before = blob_files();
  const auto id = ask_copy();
  has_room = false;
  EXPECT_FALSE(maker->make_next());
  on_gather = [&](CopySink&) {
    has_room = false;
    registers.clock.advance(Duration::seconds(3));
  };
  for (int i = 0; i < 4; ++i) {  // more often than it may fail
    has_room = true;
    EXPECT_TRUE(maker->make_next());
    EXPECT_EQ(status_of(id).state, CopyState::waiting);
    EXPECT_EQ(blob_files(), before);
    registers.clock.advance(Duration::minutes(1));
  }
  on_gather = nullptr;
  has_room = true;
  EXPECT_TRUE(maker->make_next());
  EXPECT_EQ(status_of(id).state, CopyState::ready);
}

TEST_P(CopiesOfAll, WhatIsConfidentialIsInAFirmsCopyForWhoWasGivenTheServiceAndHasItStill) {
  (void)begin();  // a form of dat/veiledning
  const auto confidential_of = [&](const CopyId& id) {
    return registers.temp.database().read([&](store::Tx& tx) {
      return store::read_one<std::string>(tx, "SELECT confidential_of FROM privacy_copy WHERE copy_id = ?", {id});
    });
  };
  EXPECT_EQ(confidential_of(made_copy()), "") << "a role opens none of it";
  registers.clock.advance(Duration::days(2));
  const auto delegating =
      testing::expect(access->decider().decide(registers.actor("chair"), Action::delegate, {.party = firm}));
  const auto given = testing::expect(access->delegations().delegate(delegating, {manager.party, std::nullopt, guidance},
                                                                    registers.clock.now(), post()));
  const auto id = made_copy();
  EXPECT_EQ(confidential_of(id), guidance.text());
  EXPECT_FALSE(fetched(id).empty());
  const auto now = registers.clock.now();
  ASSERT_TRUE(access->delegations().withdraw(delegating, given.id, now, post()));
  EXPECT_EQ(code(copies->begin_download(manages(manager), id, now, now)), "error.copies.confidential");
}

TEST_P(CopiesOfAll, AReceiptWithoutWhoActedIsAcceptedAsTheWholeOneIs) {
  (void)ask_copy();
  log->flush();
  const auto entry = registers.temp.database().read([](store::Tx& tx) {
    return store::read_one<base::Uuid>(tx, "SELECT entry_id FROM ledger_activity WHERE kind = 'copy.asked' LIMIT 1");
  });
  const auto whole = testing::expect(log->receipt(entry)).json;
  ASSERT_THAT(whole, HasSubstr("\"actor.name\""));
  const auto masked = receipt_without_others(whole, {.party = firm, .party_uuid = "another"});
  ASSERT_TRUE(masked);
  EXPECT_THAT(*masked, Not(HasSubstr("\"actor.name\"")));
  for (const auto& receipt : {whole, *masked})
    EXPECT_EQ(ledger::verify_receipt(receipt, {}, {log->verifier_key()}).overall, Verification::Overall::verified);
}

INSTANTIATE_TEST_SUITE_P(Engines, CopiesOfAll, store::testing::engines(), store::testing::engine_name);

}  // namespace
}  // namespace alting::privacy
