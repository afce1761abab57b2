#include "login/kept_posts.h"

#include <gtest/gtest.h>

#include "login/migrations.h"
#include "login/room_catalogue.h"
#include "store/migrate.h"
#include "store/migrations.h"
#include "store/retention_jobs.h"
#include "store/row_reader.h"
#include "store/testing/temp_database.h"

namespace alting::login {
namespace {

terms::Actor person(std::int64_t user_id) {
  terms::Actor actor;
  actor.kind = terms::ActorKind::person;
  actor.user_id = user_id;
  return actor;
}

class KeptPostsTest : public ::testing::TestWithParam<store::Engine> {
 protected:
  KeptPostsTest() { store::migrate(temp.database(), clock, {store::migrations(), login::migrations()}); }
  std::int64_t rows() {
    return temp.database().read(
        [](store::Tx& tx) { return store::read_one<std::int64_t>(tx, "SELECT COUNT(*) FROM login_kept_post"); });
  }
  store::testing::TempDatabase temp{GetParam()};
  base::ManualClock clock{{1'795'000'000'000'000}};
  base::SeededRandom random{7};
  crypto::SecretBytes key{base::Bytes(32, 'k')};
  KeptPosts kept{temp.database(), key, clock, random};
  const KeptPosts::Fields typed{{"a.navn", "Ære være"}, {"valg", "x"}, {"valg", "y"}, {"a.tekst", "en\nto"}};
};
INSTANTIATE_TEST_SUITE_P(Engines, KeptPostsTest, store::testing::engines(), store::testing::engine_name);

TEST_P(KeptPostsTest, gives_back_what_was_typed_to_the_same_person_on_the_same_page) {
  ASSERT_TRUE(kept.keep(kept.mark(person(1)), "/a/x/side/En", typed));
  EXPECT_EQ(kept.find(person(1), "/a/x/side/En"), typed);
  EXPECT_FALSE(kept.find(person(1), "/a/x/side/To"));
  EXPECT_EQ(kept.find(person(1), "/a/x/side/En"), typed) << "reading takes nothing away";
}

TEST_P(KeptPostsTest, shows_nobody_else_what_was_typed) {
  ASSERT_TRUE(kept.keep(kept.mark(person(1)), "/a/x/side/En", typed));
  EXPECT_FALSE(kept.find(person(2), "/a/x/side/En"));
  EXPECT_FALSE(kept.find(terms::Actor{}, "/a/x/side/En"));
}

TEST_P(KeptPostsTest, keeps_nothing_without_a_mark_of_ours) {
  EXPECT_FALSE(kept.keep("", "/a", typed));
  EXPECT_FALSE(kept.keep("AAAA", "/a", typed));
  EXPECT_FALSE(kept.keep(std::string(5000, 'A'), "/a", typed));
  auto forged = kept.mark(person(1));
  forged[20] = forged[20] == 'A' ? 'B' : 'A';
  EXPECT_FALSE(kept.keep(forged, "/a", typed));
  KeptPosts other(temp.database(), crypto::SecretBytes(base::Bytes(32, 'q')), clock, random);
  EXPECT_FALSE(kept.keep(other.mark(person(1)), "/a", typed));
  EXPECT_EQ(kept.mark(terms::Actor{}), "");
  EXPECT_EQ(rows(), 0);
}

TEST_P(KeptPostsTest, knows_a_page_that_was_made_for_another_person) {
  EXPECT_FALSE(kept.is_of_another(kept.mark(person(1)), person(1)));
  EXPECT_TRUE(kept.is_of_another(kept.mark(person(1)), person(2)));
  EXPECT_FALSE(kept.is_of_another("", person(2)));
  EXPECT_FALSE(kept.is_of_another("AAAA", person(2)));
}

TEST_P(KeptPostsTest, a_mark_is_good_for_a_day) {
  const auto mark = kept.mark(person(1));
  clock.advance(KeptPosts::mark_good_for);
  EXPECT_TRUE(kept.keep(mark, "/a", typed));
  clock.advance(base::Duration::seconds(1));
  EXPECT_FALSE(kept.keep(mark, "/a", typed));
}

TEST_P(KeptPostsTest, keeps_the_newest_of_one_page_and_four_pages_of_one_person) {
  const auto mark = kept.mark(person(1));
  for (const auto* page : {"/1", "/2", "/3", "/4", "/5", "/5"}) {
    ASSERT_TRUE(kept.keep(mark, page, {{"a", page}}));
    clock.advance(base::Duration::seconds(1));
  }
  ASSERT_TRUE(kept.keep(kept.mark(person(2)), "/1", typed));
  EXPECT_EQ(rows(), 5);
  EXPECT_FALSE(kept.find(person(1), "/1"));
  EXPECT_TRUE(kept.find(person(1), "/2"));
  EXPECT_TRUE(kept.find(person(1), "/5"));
}

TEST_P(KeptPostsTest, refuses_more_than_a_mebibyte_and_nothing_at_all) {
  EXPECT_FALSE(kept.keep(kept.mark(person(1)), "/a", {{"a", std::string(KeptPosts::largest, 'x')}}));
  EXPECT_TRUE(kept.keep(kept.mark(person(1)), "/a", {{"a", std::string(KeptPosts::largest - 1, '"')}}));
  EXPECT_EQ(kept.find(person(1), "/a")->at(0).second.size(), KeptPosts::largest - 1);
  EXPECT_FALSE(kept.keep(kept.mark(person(1)), "/b", {}));
}

TEST_P(KeptPostsTest, is_gone_once_forgotten_and_after_eight_hours) {
  ASSERT_TRUE(kept.keep(kept.mark(person(1)), "/a", typed));
  kept.forget(person(1), "/a");
  EXPECT_FALSE(kept.find(person(1), "/a"));
  kept.forget(person(1), "/a");

  ASSERT_TRUE(kept.keep(kept.mark(person(1)), "/a", typed));
  clock.advance(base::Duration::hours(8));
  clock.advance(base::Duration::seconds(1));
  EXPECT_FALSE(kept.find(person(1), "/a"));
  EXPECT_EQ(rows(), 1);
  const store::Catalogue catalogue({&room_catalogue()});
  EXPECT_EQ(store::end_rows(temp.database(), catalogue.table("login_kept_post"), catalogue.rule("login.kept_post"),
                            clock.now()),
            1);
  EXPECT_EQ(rows(), 0);
}

TEST_P(KeptPostsTest, nothing_typed_lies_in_the_database_in_the_clear) {
  ASSERT_TRUE(kept.keep(kept.mark(person(1)), "/a", {{"a", "hemmelig tekst"}}));
  temp.database().read([](store::Tx& tx) {
    const auto row = tx.query_one("SELECT fields, place_hash FROM login_kept_post").value();
    const auto [fields, place] = store::read_row<base::Bytes, std::string>(row);
    EXPECT_EQ(fields.find("hemmelig"), std::string::npos);
    EXPECT_EQ(place.find("/a"), std::string::npos);
    return 0;
  });
}

TEST_P(KeptPostsTest, keeps_for_an_organisation_too_and_for_no_other) {
  const auto organisation = [](std::int64_t party) {
    terms::Actor actor;
    actor.kind = terms::ActorKind::organisation;
    actor.party = {party};
    return actor;
  };
  ASSERT_TRUE(kept.keep(kept.mark(organisation(1)), "/a/x/side/En", typed));
  EXPECT_EQ(kept.find(organisation(1), "/a/x/side/En"), typed);
  EXPECT_FALSE(kept.find(organisation(2), "/a/x/side/En"));
  EXPECT_FALSE(kept.find(person(1), "/a/x/side/En")) << "a user may have the same number";
  EXPECT_TRUE(kept.is_of_another(kept.mark(organisation(1)), person(1)));
  kept.forget(organisation(2), "/a/x/side/En");
  EXPECT_TRUE(kept.find(organisation(1), "/a/x/side/En"));
  kept.forget(organisation(1), "/a/x/side/En");
  EXPECT_FALSE(kept.find(organisation(1), "/a/x/side/En"));
}

TEST_P(KeptPostsTest, keeps_nothing_for_a_system) {
  terms::Actor system;
  system.kind = terms::ActorKind::system;
  system.party = {1};
  EXPECT_EQ(kept.mark(system), "");
}

}  // namespace
}  // namespace alting::login
