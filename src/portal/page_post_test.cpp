#include "portal/page_post.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "forms/sample_app.h"

namespace alting::portal {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using Part = forms::FieldName::Part;

PagePost read(web::Fields form) {
  web::Request request;
  request.form = std::move(form);
  auto post = read_page_post(*forms::sample_app(), request);
  if (!post) throw std::runtime_error(post.error().code);
  return std::move(*post);
}

forms::PostedField field(Part part, forms::Path path, std::string text) {
  return {{part, std::move(path)}, std::move(text)};
}

TEST(PagePost, sorts_answers_from_what_is_the_pages_own) {
  const auto post = read({{"token", "t"},
                          {"once", "o"},
                          {"version", "3"},
                          {"changed", "hva"},
                          {"keep:for", "m"},
                          {"seen", R"({"hva":"abc","tiltak[]":"2"})"},
                          {"hva", "tekst"},
                          {"later:antall", "on"},
                          {"tid.kjennskap.date", "2026-11-20"},
                          {"file:vedlegg", ""},
                          {"tag:vedlegg", "annet"},
                          {"go", "next"}});
  EXPECT_THAT(post.answers.fields, ElementsAre(field(Part::value, "hva", "tekst"), field(Part::promise, "antall", "on"),
                                               field(Part::date, "tid.kjennskap", "2026-11-20")));
  EXPECT_THAT(post.seen, ElementsAre(Pair("hva", "abc"), Pair("tiltak[]", "2")));
  EXPECT_EQ(post.go, Go::next);
  EXPECT_THAT(post.chosen, IsEmpty());
  EXPECT_FALSE(post.restored);
}

TEST(PagePost, knows_its_buttons) {
  EXPECT_EQ(read({{"upload", "vedlegg"}}).upload, "vedlegg");
  EXPECT_EQ(read({{"detach", "x"}}).detach, "x");
  EXPECT_TRUE(read({{"keep:restored", "1"}}).restored);
  const auto row = read({{"add-row:tiltak", "1"}});
  EXPECT_THAT(row.answers.row_actions, ElementsAre(forms::RowAction{forms::RowAction::Kind::add, "tiltak", 0}));
  EXPECT_EQ(row.go, Go::stay);
  for (const auto go : {Go::next, Go::previous, Go::overview, Go::close}) EXPECT_EQ(read({{"go", to_text(go)}}).go, go);
  EXPECT_EQ(read({{"go", "ukjent"}}).go, Go::stay);
}

TEST(PagePost, knows_which_page_or_way_one_goes_to) {
  for (const auto go : {Go::page, Go::way}) {
    const auto post = read({{"go", to_text(go, "Hendelse")}});
    EXPECT_EQ(post.go, go);
    EXPECT_EQ(post.where, "Hendelse");
    EXPECT_EQ(read({{"go", to_text(go)}}).go, Go::stay) << "no page, no way";
  }
}

TEST(PagePost, asks_for_ones_own_contact_where_it_was_offered) {
  const auto offered = read({{"contact-at", "ref"}, {"ref", "7"}});
  EXPECT_FALSE(offered.my_contact);
  EXPECT_EQ(offered.contact_at, "ref");
  EXPECT_THAT(offered.answers.fields, ElementsAre(field(Part::value, "ref", "7")));
  EXPECT_TRUE(read({{"contact-at", "ref"}, {"my-contact", "1"}}).my_contact);
}

TEST(PagePost, takes_nothing_but_an_object_of_texts_as_seen) {
  for (const auto* text : {"", "x", "[]", "1", R"({"a":)"}) EXPECT_THAT(read({{"seen", text}}).seen, IsEmpty()) << text;
  EXPECT_THAT(read({{"seen", R"({"hva":1,"ref":"b"})"}}).seen, ElementsAre(Pair("hva", ""), Pair("ref", "b")));
}

// "Mine" is said of what the page showed as stored, so that it counts as seen; "stored" takes my answer out, all of it.
TEST(PagePost, takes_a_choice_between_two_answers) {
  const web::Fields met{{"seen", R"({"hva":"old"})"}, {"hva", "mine"},
                        {"later:hva", "on"},          {"ref", "7"},
                        {"conflict:hva", "there"},    {"conflict-by:hva", "Kari\nNordmann"},
                        {"conflict:ref", "other"}};
  auto mine = met;
  mine.emplace_back("keep-mine:hva", "1");
  const auto kept = read(mine);
  EXPECT_EQ(kept.chosen, "hva");
  EXPECT_EQ(kept.seen.at("hva"), "there");
  EXPECT_EQ(kept.answers.fields.size(), 3U);
  EXPECT_EQ(kept.told.at("hva").stored, "there");
  EXPECT_EQ(kept.told.at("hva").by.find('\n'), std::string::npos);

  auto stored = met;
  stored.emplace_back("keep-stored:hva", "1");
  const auto left = read(stored);
  EXPECT_EQ(left.chosen, "hva");
  EXPECT_EQ(left.seen.at("hva"), "old");
  EXPECT_THAT(left.answers.fields, ElementsAre(field(Part::value, "ref", "7")));

  // Without what the page showed, nothing counts as seen, and one is asked again.
  EXPECT_EQ(read({{"keep-mine:hva", "1"}}).seen.at("hva"), "");
}

TEST(PagePost, names_its_own_fields_as_it_reads_them) {
  EXPECT_EQ(data_type_of_file(page_field::file_of("vedlegg")), "vedlegg");
  EXPECT_EQ(data_type_of_file(page_field::tag_of("vedlegg")), std::nullopt);
  EXPECT_EQ(read({{page_field::keep_mine("hva"), "1"}}).chosen, "hva");
  EXPECT_EQ(read({{page_field::keep_stored("hva"), "1"}}).chosen, "hva");
  EXPECT_EQ(read({{page_field::stored_print("hva"), "p"}}).told.at("hva").stored, "p");
  EXPECT_EQ(read({{page_field::stored_by("hva"), "Kari"}}).told.at("hva").by, "Kari");
}

TEST(PagePost, is_refused_for_a_name_that_is_no_fields) {
  web::Request request;
  request.form = {{"..", "x"}};
  EXPECT_EQ(read_page_post(*forms::sample_app(), request).error().code, "error.form.field");
}

}  // namespace
}  // namespace alting::portal
