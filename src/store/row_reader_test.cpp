#include "store/row_reader.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "store/testing/temp_database.h"

namespace alting::store {
namespace {

using testing::TempDatabase;

constexpr std::string_view uuid_text = "0190163d-8694-739b-aea5-966c26f8ad90";

Row row_of(std::vector<Row::Column> columns) { return Row(std::move(columns)); }

TEST(RowReaderTest, reads_columns_in_the_order_of_the_select) {
  const auto row = row_of({std::int64_t{7}, std::string("rød"), std::int64_t{1}, std::int64_t{1'000'000},
                           std::string(uuid_text), std::string(uuid_text), std::string("dat/avviksmelding")});
  RowReader from(row);
  EXPECT_EQ(from.next<terms::PartyId>().value, 7);
  EXPECT_EQ(from.next<std::string>(), "rød");
  EXPECT_TRUE(from.next<bool>());
  EXPECT_EQ(from.next<base::Instant>().micros, 1'000'000);
  EXPECT_FALSE(from.at_end());
  EXPECT_EQ(from.next<base::Uuid>().text(), uuid_text);
  EXPECT_EQ(from.next<terms::InstanceId>().text(), uuid_text);
  EXPECT_EQ(from.next<terms::AppId>().text(), "dat/avviksmelding");
  EXPECT_TRUE(from.at_end());
}

TEST(RowReaderTest, an_empty_column_is_nothing_where_it_may_be_empty) {
  const auto row = row_of({nullptr, nullptr, nullptr, std::string("x")});
  RowReader from(row);
  EXPECT_EQ(from.next<std::optional<base::Instant>>(), std::nullopt);
  EXPECT_EQ(from.next<std::optional<terms::InstanceId>>(), std::nullopt);
  EXPECT_EQ(from.next_or_empty(), "");
  EXPECT_EQ(from.next<std::optional<std::string>>(), "x");
}

TEST(RowReaderTest, text_may_be_borrowed_from_the_row) {
  const auto row = row_of({std::string("rød"), nullptr});
  RowReader from(row);
  EXPECT_EQ(from.next<std::string_view>().data(), std::get<std::string>(row.column(0)).data());
  EXPECT_EQ(from.next<std::optional<std::string_view>>(), std::nullopt);
}

TEST(RowReaderTest, a_uuid_may_stand_as_its_sixteen_octets) {
  const auto uuid = base::Uuid::parse(uuid_text).value();
  const auto row = row_of({std::string(uuid.view())});
  EXPECT_EQ(read_one<base::Uuid>(row), uuid);
}

TEST(RowReaderTest, a_statement_that_does_not_fit_its_reader_is_a_fault_of_the_database) {
  const auto text = row_of({std::string("x")});
  const auto number = row_of({std::int64_t{1}});
  const auto nothing = row_of({nullptr});
  EXPECT_THROW((void)RowReader(text).next<std::int64_t>(), DatabaseError);
  EXPECT_THROW((void)RowReader(number).next<std::string>(), DatabaseError);
  EXPECT_THROW((void)RowReader(nothing).next<std::int64_t>(), DatabaseError);
  EXPECT_THROW((void)RowReader(nothing).next<std::string>(), DatabaseError);
  EXPECT_THROW((void)RowReader(text).next<base::Uuid>(), DatabaseError);
  EXPECT_THROW((void)RowReader(number).next<terms::InstanceId>(), DatabaseError);
  EXPECT_THROW((void)RowReader(text).next<terms::AppId>(), DatabaseError);
  const auto sixteen = row_of({std::string("a word that long")});  // 16 octets are any UUID
  EXPECT_NO_THROW((void)RowReader(sixteen).next<base::Uuid>());
}

TEST(RowReaderTest, what_the_row_does_not_have_is_not_read) {
  const auto row = row_of({std::int64_t{1}});
  RowReader from(row);
  EXPECT_EQ(from.next<std::int64_t>(), 1);
  EXPECT_THROW((void)from.next<std::int64_t>(), DatabaseError);
  EXPECT_THROW((void)from.next<std::optional<std::int64_t>>(), DatabaseError);
}

TEST(RowReaderTest, a_whole_row_is_read_at_once_and_has_no_column_more) {
  const auto row = row_of({std::int64_t{7}, std::string("x"), nullptr});
  const auto [id, name, at] = read_row<std::int64_t, std::string, std::optional<base::Instant>>(row);
  EXPECT_EQ(id, 7);
  EXPECT_EQ(name, "x");
  EXPECT_EQ(at, std::nullopt);
  EXPECT_THROW((void)(read_row<std::int64_t, std::string>(row)), DatabaseError);
  EXPECT_THROW((void)read_one<std::int64_t>(row), DatabaseError);
}

TEST(RowReaderTest, a_refusal_does_not_say_what_the_column_holds) {
  const auto row = row_of({std::string("Kari Nordmann")});
  try {
    (void)read_one<std::int64_t>(row);
    FAIL() << "text was read as a number";
  } catch (const DatabaseError& error) {
    EXPECT_EQ(std::string(error.what()), "column 1 of 1 is not a number");
  }
}

class RowReaderEnginesTest : public ::testing::TestWithParam<Engine> {};
INSTANTIATE_TEST_SUITE_P(Engines, RowReaderEnginesTest, testing::engines(), testing::engine_name);

TEST_P(RowReaderEnginesTest, reads_back_what_was_written) {
  TempDatabase temp(GetParam());
  auto& database = temp.database();
  const auto uuid = base::Uuid::parse(uuid_text).value();
  const auto octets = base::Bytes("\0\xff", 2);
  ASSERT_TRUE(database.write([&](Tx& tx) -> base::Status {
    tx.run("CREATE TABLE item (id BIGINT NOT NULL PRIMARY KEY, name TEXT, data {blob}, key {blob}, at BIGINT)");
    tx.run("INSERT INTO item (id, name, data, key, at) VALUES (?, ?, ?, ?, ?)",
           {terms::PartyId{7}, uuid, Value::octets(octets), Value::octets(uuid.view()), base::Instant{5}});
    return {};
  }));
  database.read([](Tx& tx) {
    EXPECT_EQ(read_one<std::int64_t>(tx, "SELECT count(*) FROM item WHERE id = ?", {7}), 1);
    EXPECT_THROW((void)read_one<std::int64_t>(tx, "SELECT id FROM item WHERE id = 8"), DatabaseError);
  });
  const auto row = database.read([](Tx& tx) { return tx.query_one("SELECT id, name, data, key, at FROM item"); });
  ASSERT_TRUE(row);
  const auto [id, name, data, key, at] =
      read_row<terms::PartyId, terms::InstanceId, base::Bytes, base::Uuid, base::Instant>(*row);
  EXPECT_EQ(id.value, 7);
  EXPECT_EQ(name.uuid, uuid);
  EXPECT_EQ(data, octets);
  EXPECT_EQ(key, uuid);
  EXPECT_EQ(at.micros, 5);
}

}  // namespace
}  // namespace alting::store
