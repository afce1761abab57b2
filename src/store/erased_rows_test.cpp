// After a restore the rows of what was erased since are erased too.
#include "store/erased_rows.h"

#include <gmock/gmock.h>

#include "base/file.h"
#include "store/migrate.h"
#include "store/migrations.h"
#include "store/room_catalogue.h"
#include "store/row_reader.h"
#include "store/testing/sample_catalogue.h"
#include "store/testing/temp_database.h"
#include "store/testing/vault_fixture.h"

namespace alting::store {
namespace {

class ErasedRows : public ::testing::TestWithParam<Engine> {
 protected:
  ErasedRows() {
    migrate(temp.database(), clock, {migrations()});
    testing::make_sample_tables(temp.database());
  }
  base::Uuid new_key() { return vault.vault().seal("a document", {"party:7", "agency:dat"}).key_id; }
  std::int64_t again() {
    const auto list = base::read_file(vault.folder() / "erasures", 100'000).value();
    return erase_rows_again(temp.database(), vault.vault(), catalogue, {list, "a line that is cut o"});
  }
  std::vector<std::string> texts(std::string_view sql) {
    return temp.database().read([&](Tx& tx) {
      std::vector<std::string> all;
      for (const auto& row : tx.query(sql)) all.push_back(read_one<std::optional<std::string>>(row).value_or(""));
      return all;
    });
  }

  testing::TempDatabase temp{GetParam()};
  testing::TempVault vault;
  base::ManualClock clock{{1'795'000'000'000'000}};
  Catalogue catalogue{{&room_catalogue(), &testing::sample_catalogue()}};
};
INSTANTIATE_TEST_SUITE_P(Engines, ErasedRows, testing::engines(), testing::engine_name);

using ::testing::ElementsAre, ::testing::IsEmpty;

TEST_P(ErasedRows, are_deleted_with_all_that_goes_with_them) {
  const auto thrown_away = new_key(), kept = new_key(), enclosed = new_key(), other = new_key();
  testing::add_letter(temp.database(), {.id = "gone", .key = thrown_away, .state = "draft"});
  testing::add_letter(temp.database(), {.id = "stays", .key = kept, .state = "draft"});
  testing::add_enclosure(temp.database(), "gone", 1, enclosed);
  testing::add_enclosure(temp.database(), "stays", 1, other);
  vault.vault().erase_everywhere({thrown_away});
  EXPECT_EQ(again(), 2);
  EXPECT_THAT(texts("SELECT id FROM sample_letter"), ElementsAre("stays"));
  EXPECT_THAT(texts("SELECT id FROM sample_enclosure"), ElementsAre("stays"));
  EXPECT_EQ(again(), 0);
}

TEST_P(ErasedRows, are_emptied_where_the_catalogue_says_so) {
  const auto letter = new_key(), enclosed = new_key();
  testing::add_letter(temp.database(), {.id = "1", .key = letter});
  testing::add_enclosure(temp.database(), "1", 1, enclosed);
  testing::add_enclosure(temp.database(), "1", 2, new_key());
  vault.vault().erase_everywhere({letter, enclosed});
  EXPECT_EQ(again(), 2);
  EXPECT_THAT(texts("SELECT title FROM sample_letter"), ElementsAre("")) << "it was sent, and its row is not a draft's";
  EXPECT_THAT(texts("SELECT file_name FROM sample_enclosure ORDER BY place"), ElementsAre("", "name.pdf"));
}

TEST_P(ErasedRows, stay_while_somebody_still_holds_the_key) {
  const auto letter = new_key();
  testing::add_letter(temp.database(), {.id = "1", .key = letter, .state = "draft"});
  vault.vault().erase({letter}, "party:7");
  EXPECT_EQ(again(), 0);
  EXPECT_THAT(texts("SELECT title FROM sample_letter"), ElementsAre("a title"));
}

TEST_P(ErasedRows, are_found_among_many) {
  std::vector<base::Uuid> erased;
  ASSERT_TRUE(temp.database().write([&](Tx& tx) -> base::Status {
    erased.clear();
    base::SeededRandom random(5);
    for (int i = 0; i < 2'500; ++i) {
      const auto key = base::Uuid::v7(random, clock.now());
      if (i % 100 == 0) erased.push_back(key);
      tx.run(
          "INSERT INTO sample_letter (party_id, id, state, title, key_id, sent_at) VALUES (7, ?, 'draft', 'a', ?, 0)",
          {std::to_string(i), key});
    }
    return {};
  }));
  const auto there = new_key();
  vault.vault().erase_everywhere({there});
  std::string list;
  for (const auto& key : erased) list += "1795000000000000 " + key.text() + " party:7\n";
  EXPECT_EQ(erase_rows_again(temp.database(), vault.vault(), catalogue, {list}), 25);
  EXPECT_THAT(texts("SELECT id FROM sample_letter WHERE id = '0' OR id = '2400'"), IsEmpty());
}

}  // namespace
}  // namespace alting::store
