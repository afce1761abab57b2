// That a copy of what is kept about somebody is whole by construction: in every table of every room, and every declared column,
// stands a marker of its own, for one who asks and for another. The copy holds each of the one's once, and of the other's none;
// and of the one's rows none that is somebody else's, or by which a session or an end point is known.
#include "main/testing/copy_markers.h"

namespace alting::main {
namespace {

using testing::CopyMarkers;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using testing::left_out_columns;
using testing::RememberingSink;
using testing::times_in;

INSTANTIATE_TEST_SUITE_P(Engines, CopyMarkers, store::testing::engines(), store::testing::engine_name);

TEST_P(CopyMarkers, stand_in_the_copy_once_each_and_of_others_none) {
  const auto me = make("me", 51'000'001, 51'000'001), other = make("other", 51'000'002, 51'000'002);
  const auto mine = seed(me), theirs = seed(other);
  // What somebody else's row has of me: that I acted.
  const auto helped = make("helped", 51'000'003, 51'000'001);
  const auto of_helped = seed(helped);
  RememberingSink sink;
  const auto gathered = gather(me, sink);
  EXPECT_TRUE(gathered.whole);
  ASSERT_GT(mine.size(), 200U) << "the seeds reach the catalogues";

  std::vector<std::string> faults;
  for (const auto& [place, marker] : mine)
    if (const auto count = times_in(sink.text, marker); count != 1)
      faults.push_back(fmt::format("{} stands {} times", place, count));
  for (const auto& [place, marker] : theirs)
    if (sink.text.contains(marker) || sink.files.contains(marker)) faults.push_back("of another: " + place);
  for (const auto& [place, marker] : of_helped) {
    const auto dot = place.find('.');
    const auto& table = installation->catalogue.table(place.substr(0, dot));
    const auto when = place.substr(dot + 1);
    // Of a table that says nothing but who acted the row is mine.
    const bool only_actors =
        std::ranges::all_of(table.subjects, [](const auto& one) { return one.kind == terms::SubjectKind::actor; });
    const bool my_act =
        when.ends_with("_at") && std::ranges::any_of(table.subjects, [&](const auto& one) {
          return one.kind == terms::SubjectKind::actor && one.column == when.substr(0, when.size() - 3) + "_by";
        });
    if (only_actors || my_act || place.starts_with("ledger_entry.")) continue;
    if (sink.text.contains(marker) || sink.files.contains(marker)) faults.push_back("of whom I acted for: " + place);
  }
  for (const auto& marker : left_out)
    if (sink.text.contains(marker) || sink.files.contains(marker) || sink.keys.contains(marker))
      faults.push_back("is to be left out: " + marker);
  EXPECT_THAT(left_out, ::testing::IsSupersetOf({"<retention_hold.reason me>", "<rights_request.answered_by me>",
                                                 "<login_session.id_hash me>", "<store_once.id me>"}));
  EXPECT_THAT(faults, IsEmpty());
  EXPECT_TRUE(sink.text.contains("<ledger_entry.body helped>")) << "what I did stands in my log";
  EXPECT_THAT(sink.begun, IsSupersetOf({"submission", "message_batch", "ledger_entry", "login_session"}));
  EXPECT_TRUE(sink.files.contains("octets of me"));
  EXPECT_FALSE(sink.files.contains("octets of other"));
  EXPECT_GT(gathered.files, 4);
}

TEST_P(CopyMarkers, stand_in_the_lines_of_the_copy_once_each_and_on_its_pages) {
  const auto me = make("me", 51'000'001, 51'000'001), other = make("other", 51'000'002, 51'000'002);
  const auto mine = seed(me), theirs = seed(other);
  EXPECT_THAT(faults_of_bag(bag_of(me), mine, theirs), IsEmpty());
  EXPECT_GT(privacy::gathering_by(needs()).about(subject_of(me)), 20) << "of whom nothing is read to its end to know";
}

TEST_P(CopyMarkers, stand_in_the_copy_of_a_business_too) {
  auto firm = make("firm", 51'000'001, 51'000'001), other = make("other", 51'000'002, 51'000'002);
  firm.is_person = other.is_person = false;
  auto mine = seed(firm);
  const auto theirs = seed(other);
  ASSERT_TRUE(installation->folder->database().write([](store::Tx& tx) -> base::Status {
    for (const auto* table : {"message", "message_batch", "message_count", "notify_order"})
      tx.run(fmt::format("UPDATE {} SET confidential = 0", table));
    // What goes with a message that is not there might be confidential.
    for (const auto* table : {"message_answer", "message_form_reply"})
      tx.run(fmt::format(
          "UPDATE {0} SET message_id = (SELECT m.message_id FROM message m WHERE m.party_id = {0}.party_id)", table));
    tx.run(
        "UPDATE message_answer_file SET answer_id = (SELECT a.answer_id FROM message_answer a WHERE a.party_id = "
        "message_answer_file.party_id)");
    tx.run(
        "UPDATE notify_attempt SET order_id = (SELECT o.id FROM notify_order o WHERE o.recipient_id = "
        "notify_attempt.told_id)");
    return {};
  }));
  // Rows whose message or notice is not seeded count as confidential.
  const std::set<std::string> of_what_is_not_there{"message_answer", "message_answer_file", "message_form_reply",
                                                   "notify_attempt"};
  std::erase_if(
      mine, [&](const auto& one) { return of_what_is_not_there.contains(one.first.substr(0, one.first.find('.'))); });
  EXPECT_THAT(faults_of_bag(bag_of(firm), mine, theirs), IsEmpty());
}

TEST_P(CopyMarkers, name_nobody_who_acted_for_me) {
  const auto me = make("me", 51'000'001, 51'000'002);
  (void)seed(me);
  RememberingSink sink;
  (void)gather(me, sink);
  EXPECT_TRUE(sink.text.contains("<submission.content me>"));
  EXPECT_FALSE(sink.text.contains("<submission.sender_name me>"));
  EXPECT_FALSE(sink.text.contains("<draft.saved_by_name me>"));
  for (const auto* column : {"imposed_by", "opened_by", "created_by", "asked_by"})
    EXPECT_FALSE(sink.text.contains(fmt::format("\"{}\"", column))) << column;
}

TEST_P(CopyMarkers, of_a_business_are_without_what_is_confidential_and_the_copy_says_so) {
  const auto me = make("me", 51'000'001, 51'000'002);
  (void)seed(me);
  RememberingSink sink;
  const auto gathered = privacy::gather(needs(), subject_of(me, false), permit_of(me), sink);
  ASSERT_TRUE(gathered);
  const auto is_said = [&](std::string_view type) {
    return std::ranges::any_of(gathered->left_out, [&](const auto& one) {
      return one.type == type && one.why == "confidential" && one.key.empty();
    });
  };
  for (const std::string type : {"message", "message_batch", "message_file", "message_answer", "message_answer_file",
                                 "message_form_reply", "message_count", "notify_order", "notify_attempt"}) {
    EXPECT_FALSE(sink.begun.contains(type)) << type;
    EXPECT_TRUE(is_said(type)) << type;
  }
  EXPECT_TRUE(sink.text.contains("<submission.content me>"));
  for (const auto& marker : left_out) EXPECT_FALSE(sink.text.contains(marker) || sink.keys.contains(marker)) << marker;
  ASSERT_TRUE(installation->folder->database().write([](store::Tx& tx) -> base::Status {
    for (const auto* table : {"message", "message_batch", "message_count"})
      tx.run(fmt::format("UPDATE {} SET org = 'dat', app = 'brev'", table));
    tx.run("UPDATE notify_order SET service = 'dat/brev'");
    return {};
  }));
  auto given = subject_of(me, false);
  for (const auto* service : {"dat/svar", "dat/brev"}) {
    given.confidential_services = {service};
    RememberingSink of_given;
    ASSERT_TRUE(privacy::gather(needs(), given, permit_of(me), of_given));
    for (const std::string type : {"message", "message_batch", "message_file", "message_count", "notify_order"})
      EXPECT_EQ(of_given.begun.contains(type), service == std::string_view("dat/brev")) << service << " " << type;
  }
  ASSERT_TRUE(installation->folder->database().write([](store::Tx& tx) -> base::Status {
    for (const auto* table : {"message", "message_batch", "message_count", "notify_order"})
      tx.run(fmt::format("UPDATE {} SET confidential = 0", table));
    return {};
  }));
  RememberingSink after;
  ASSERT_TRUE(privacy::gather(needs(), subject_of(me, false), permit_of(me), after));
  EXPECT_THAT(after.begun, IsSupersetOf({"message", "message_batch", "message_file", "message_count", "notify_order"}));
}

TEST_P(CopyMarkers, are_gone_with_the_key_and_before_a_message_is_published) {
  const auto me = make("me", 51'000'001, 51'000'001);
  const auto mine = seed(me);
  vault().erase({me.key}, "party:51000001");
  RememberingSink sink;
  auto gathered = gather(me, sink);
  EXPECT_FALSE(sink.text.contains("<submission.content me>"));
  EXPECT_FALSE(sink.text.contains("<submission.search_words me>")) << "the row is the agency's alone now";
  EXPECT_FALSE(sink.begun.contains("submission"));
  EXPECT_THAT(gathered.left_out,
              ::testing::Contains(::testing::AllOf(::testing::Field(&privacy::Gathered::LeftOut::type, "submission"),
                                                   ::testing::Field(&privacy::Gathered::LeftOut::why, "gone"))));
  EXPECT_TRUE(sink.text.contains("<person.last_name me>"));
  EXPECT_TRUE(sink.begun.contains("message"));

  const auto recalled = installation->folder->database().write([&](store::Tx& tx) -> base::Status {
    tx.run("UPDATE message_batch SET published_at = NULL");
    return {};
  });
  ASSERT_TRUE(recalled);
  RememberingSink before;
  gathered = gather(me, before);
  EXPECT_FALSE(before.begun.contains("message"));
  EXPECT_FALSE(before.begun.contains("message_file"));
}

TEST_P(CopyMarkers, come_no_further_when_the_copy_is_stopped_and_to_no_other_job) {
  const auto me = make("me", 51'000'001, 51'000'001);
  (void)seed(me);
  RememberingSink sink;
  sink.wanted = 3;
  const auto gathered = gather(me, sink);
  EXPECT_FALSE(gathered.whole);
  EXPECT_EQ(gathered.records, 3);
  RememberingSink none;
  EXPECT_THROW((void)privacy::gather(needs(), subject_of(me), permit_of(me, "party.retention"), none),
               std::logic_error);
  const auto other = make("other", 51'000'002, 51'000'002);
  EXPECT_THROW((void)privacy::gather(needs(), subject_of(other), permit_of(me), none), std::logic_error);
}

TEST_P(CopyMarkers, come_with_the_information_about_them) {
  const auto me = make("me", 51'000'001, 51'000'001);
  (void)seed(me);
  ASSERT_TRUE(installation->folder->database().write([](store::Tx& tx) -> base::Status {
    tx.run("UPDATE party SET kind = 0");
    return {};
  }));
  const auto known = privacy::copy_subject(needs(), permit_of(me), base::Language::nn);
  ASSERT_TRUE(known);
  EXPECT_TRUE(known->is_person);
  EXPECT_EQ(known->user_id, me.own + 1'000'000);
  EXPECT_THAT(known->number_hashes, ::testing::ElementsAre("hash-51000001"));
  EXPECT_THAT(known->organisation_numbers, IsEmpty());
  const auto unknown = privacy::copy_subject(needs(), permit_of(make("nobody", 51'000'009, 0)), base::Language::nn);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, base::ErrorKind::not_found);
  RememberingSink sink;
  const auto gathered = gather(me, sink);
  const auto information =
      privacy::article_15(needs(), copy_texts(), subject_of(me), gathered, installation->clock.now());
  std::map<std::string, const base::Json*> by_code;
  for (const auto& category : information["categories"].items()) {
    for (const auto* name : {"purposes", "sources", "recipients", "storage_in_words", "meaning"})
      EXPECT_FALSE(category.text(name).empty()) << category.text("name") << ": " << name;
    for (const auto* name : {"data", "legal_basis", "rights", "controllers"})
      EXPECT_GT(category[name].size(), 0U) << category.text("name") << ": " << name;
    for (const auto& data : category["data"].items()) by_code[std::string(data.text("_code"))] = &data;
  }
  EXPECT_EQ(by_code.size(), sink.begun.size());
  ASSERT_TRUE(by_code.contains("instances/submission"));
  const auto of = [&](const char* code) -> const base::Json& { return *by_code.at(code); };
  EXPECT_EQ(of("instances/submission")["records"].integer_or(0), 1);
  EXPECT_EQ(of("parties/contact_look_up")["storage"][0].text("period"), "90 døgn");
  EXPECT_FALSE(of("parties/contact_look_up")["storage"][0].text("last_ends").empty());
  EXPECT_EQ(information["recipients"]["sent_to"].size(), 1U);
  EXPECT_EQ(information["services"].size(), 2U) << "one was sent to, one wrote";
  EXPECT_EQ(information["looked_up_and_not_stored"].size(), 1U);
  EXPECT_EQ(information["complaint"].text("authority"), "Datatilsynet");
  EXPECT_EQ(of("privacy/retention_hold")["left_out"].size(), 1U) << "the reason";
  EXPECT_FALSE(information["not_in_the_copy"].text("others").empty());
}

TEST_P(CopyMarkers, stand_on_pages_in_the_language_of_the_copy_alone) {
  const auto me = make("me", 51'000'001, 51'000'001);
  (void)seed(me);
  std::string pages;
  for (const auto& [name, content] : bag_of(me))
    if (name.ends_with(".html")) pages += content;
  ASSERT_TRUE(pages.contains("Datatilsynet"));
  std::vector<std::string> foreign;
  const auto is_nowhere = [&](std::string_view english) {
    constexpr std::size_t least = 24;  // octets: shorter ones may be words of another language too
    if (english.size() >= least && pages.contains(base::escape_markup(english))) foreign.emplace_back(english);
  };
  for (const auto* room : installation->catalogue.rooms()) {
    for (const auto& rule : room->rules)
      for (const auto text : {rule.meaning, rule.begins}) is_nowhere(text);
    for (const auto& table : room->tables) {
      is_nowhere(table.meaning);
      for (const auto& column : table.columns)
        for (const auto text : {column.meaning, column.said.whose, column.said.purpose, column.said.source,
                                column.said.retention, column.said.erasure, column.said.recipients})
          is_nowhere(text);
    }
  }
  EXPECT_THAT(foreign, IsEmpty());
  for (const auto* table : installation->catalogue.tables())
    EXPECT_TRUE(!privacy::is_gathered(*table) || !kind_of_table(table->name).empty()) << table->name;
}

TEST(CopyCatalogues, say_of_each_personal_column_of_octets_how_it_is_opened) {
  EXPECT_THAT(privacy::columns_without_opener(all_catalogues()), IsEmpty());
}

TEST(CopyCatalogues, have_an_index_for_each_column_that_says_whose_a_row_is) {
  std::vector<std::string> without;
  const auto catalogue = all_catalogues();
  for (const auto* table : catalogue.tables()) {
    if (!privacy::is_gathered(*table)) continue;
    for (const auto& subject : table->subjects)
      if (subject.table.empty() && !subject.column.empty() && !subject.is_indexed && subject.behind.empty())
        without.push_back(fmt::format("{}.{}", table->name, subject.column));
  }
  EXPECT_THAT(without, IsEmpty()) << "each copy of anybody would read these tables from one end to the other";
}

TEST(CopyCatalogues, say_which_columns_are_in_nobodys_copy_but_of_whom_they_are_about) {
  EXPECT_THAT(privacy::columns_left_out(all_catalogues()),
              ::testing::UnorderedElementsAreArray(left_out_columns.begin(), left_out_columns.end()));
}

}  // namespace
}  // namespace alting::main
