// Two people, or two tabs, at one form: rows that moved, fields that closed, and what is sent that was not shown.
#include <gtest/gtest.h>

#include "instances/matched_rows.h"
#include "instances/testing/instances_fixture.h"

namespace alting::instances {
namespace {

using testing::expect;
using testing::Language, testing::Action;

class Editing : public testing::InstancesFixture {
 protected:
  Editing() { guidance = {"dat", "avviksmelding"}; }

  static Seen seen_of(const Draft& draft, const std::vector<std::string>& paths) {
    Seen seen;
    for (const auto& path : paths) seen[path] = fingerprint_at(draft.data, path);
    return seen;
  }
  static Seen seen_rows(const Draft& draft, std::size_t count) {
    std::vector<std::string> paths{"virksomhet.andre", "virksomhet.andre[]"};
    for (std::size_t i = 0; i < count; ++i)
      for (const auto* name : {"navn", "orgnr"}) paths.push_back(fmt::format("virksomhet.andre[{}].{}", i, name));
    return seen_of(draft, paths);
  }
  Draft with_rows(terms::InstanceId id, const std::vector<std::string>& names) {
    Draft draft;
    for (std::size_t i = 0; i < names.size(); ++i)
      draft = save(manager, id,
                   {{"add-row:virksomhet.andre", "1"}, {fmt::format("virksomhet.andre[{}].navn", i), names[i]}})
                  .draft;
    return draft;
  }
  static std::string names(const Draft& draft) {
    std::string all;
    for (const auto& row : draft.data["virksomhet"]["andre"].items())
      all += std::string(row.text("navn")) + (row.text("orgnr").empty() ? "" : "!");
    return all;
  }
  base::Result<Sending::Answer> try_send(terms::InstanceId id, std::int64_t version) {
    return instances->sending.submit(permit(manager, Action::complete, id), Language::nb, registers.clock.now(),
                                     version, post());
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, Editing, store::testing::engines(), store::testing::engine_name);

TEST_P(Editing, a_save_on_what_was_opened_before_another_saved_keeps_both) {
  const auto id = begin();
  const auto allowed = permit(manager, Action::write, id);
  const auto opened = expect(instances->drafts.open(allowed));
  auto reading = apps.find(guidance)->read(instances->drafts.context_of(opened, Language::nb, registers.clock.now()));
  (void)save(colleague, id, {{"virksomhet.internRef", "theirs"}});
  const auto saved =
      expect(instances->drafts.save(allowed, opened, reading, posted({{"beskrivelse.hva", "mine"}}), {}));
  EXPECT_EQ(saved.draft.data["virksomhet"].text("internRef"), "theirs");
  EXPECT_EQ(saved.draft.data["beskrivelse"].text("hva"), "mine");
  EXPECT_EQ(saved.draft.version, opened.version + 2);
}

TEST_P(Editing, a_row_removed_twice_takes_no_other_with_it) {
  const auto id = begin();
  const auto seen = seen_rows(with_rows(id, {"A", "B", "C", "D"}), 4);
  const forms::NamesAndTexts post{{"remove-row:virksomhet.andre[1]", "1"}};
  EXPECT_EQ(names(save(manager, id, post, seen).draft), "ACD");
  const auto again = save(colleague, id, post, seen);
  EXPECT_EQ(names(again.draft), "ACD");
  EXPECT_TRUE(again.conflicts.empty()) << "what was asked for is done";
}

TEST_P(Editing, a_row_removed_by_mistake_comes_back_where_it_stood_with_what_was_typed_meanwhile) {
  const auto id = begin();
  const auto seen = seen_rows(with_rows(id, {"A", "B", "C"}), 3);
  const auto without =
      save(manager, id, {{"virksomhet.andre[1].orgnr", "314100018"}, {"remove-row:virksomhet.andre[1]", "1"}}, seen);
  EXPECT_EQ(names(without.draft), "AC");
  ASSERT_TRUE(without.draft.removed);
  EXPECT_EQ(without.draft.removed->group, "virksomhet.andre");
  (void)save(manager, id, {{"virksomhet.andre[1].navn", "D"}});
  const auto back = save(manager, id, {{"restore-row", "virksomhet.andre"}});
  EXPECT_EQ(names(back.draft), "AB!D");
  EXPECT_FALSE(back.draft.removed);
  EXPECT_EQ(names(save(manager, id, {{"restore-row", "virksomhet.andre"}}).draft), "AB!D") << "it comes back once";
}

TEST_P(Editing, the_only_row_comes_back_too_but_none_after_ten_minutes) {
  const auto id = begin();
  const auto seen = seen_rows(with_rows(id, {"A"}), 1);
  EXPECT_EQ(names(save(manager, id, {{"remove-row:virksomhet.andre[0]", "1"}}, seen).draft), "");
  EXPECT_EQ(names(save(manager, id, {{"restore-row", "virksomhet.andre"}}).draft), "A");
  (void)save(manager, id, {{"remove-row:virksomhet.andre[0]", "1"}});
  registers.clock.advance(base::Duration::minutes(11));
  const auto late = save(manager, id, {{"restore-row", "virksomhet.andre"}});
  EXPECT_EQ(names(late.draft), "");
  EXPECT_FALSE(late.draft.removed);
}

TEST_P(Editing, in_a_conflict_what_one_typed_comes_back_as_it_was_typed) {
  const auto id = begin();
  const auto seen = seen_of(save(manager, id, {{"virksomhet.internRef", "then"}}).draft, {"virksomhet.internRef"});
  (void)save(colleague, id, {{"virksomhet.internRef", "theirs"}}, seen);
  const auto met = save(manager, id, {{"virksomhet.internRef", "mine"}}, seen);
  ASSERT_EQ(met.conflicts.size(), 1U);
  const auto& one = met.conflicts.front();
  EXPECT_EQ(one.fields, posted({{"virksomhet.internRef", "mine"}}).fields);
  EXPECT_EQ(one.seen, seen.at("virksomhet.internRef"));
  EXPECT_EQ(one.stored, fingerprint_at(met.draft.data, "virksomhet.internRef"));
}

// What a page posts whole of a field that may come later: the field, the box and, where it is ticked, the day.
TEST_P(Editing, a_promise_made_in_another_tab_stays_when_a_page_opened_before_is_posted_whole) {
  const auto id = begin();
  const std::string path = "virksomhet.internRef";
  const std::string late = "sted.beskriv";
  const auto print = [&](const Draft& draft) { return Fingerprints(draft.data, draft.later).at(late); };
  const Seen before{{late, "-"}, {path, "-"}};
  const auto promised = save(colleague, id, {{"later:" + late, ""}, {"later:" + late, "on"}}, before);
  ASSERT_EQ(promised.draft.later.size(), 1U);
  EXPECT_NE(print(promised.draft), "-");
  const auto whole = save(manager, id, {{path, "ref"}, {late, ""}, {"later:" + late, ""}}, before);
  EXPECT_TRUE(whole.conflicts.empty()) << "nobody touched it on this page";
  EXPECT_EQ(whole.draft.later.size(), 1U) << "what another promised is not taken away";
  EXPECT_EQ(whole.draft.data["virksomhet"].text("internRef"), "ref");
  EXPECT_EQ(whole.theirs, std::vector<forms::Path>{late}) << "and it is told";
  // Who sees the promise takes it away, and a page that still shows it does not bring it back.
  const Seen with{{late, print(whole.draft)}};
  EXPECT_TRUE(save(colleague, id, {{late, ""}, {"later:" + late, ""}}, with).draft.later.empty());
  EXPECT_TRUE(
      save(manager, id, {{late, ""}, {"later:" + late, ""}, {"later:" + late, "on"}}, with).draft.later.empty());
}

TEST_P(Editing, an_answer_to_what_another_promised_is_a_conflict_and_so_is_a_promise_of_what_another_answered) {
  const auto id = begin();
  const std::string late = "sted.beskriv";
  const Seen before{{late, "-"}};
  const std::string day = "2026-12-24";
  const auto promised = save(colleague, id, {{"later:" + late, "on"}, {"later-date:" + late, day}}, before).draft;
  ASSERT_EQ(promised.later.size(), 1U);
  EXPECT_EQ(promised.later[0].expected, day);
  const auto answered = save(manager, id, {{late, "Et svar"}, {"later:" + late, ""}}, before);
  ASSERT_EQ(answered.conflicts.size(), 1U);
  EXPECT_EQ(answered.conflicts[0].mine, "Et svar");
  EXPECT_FALSE(answered.conflicts[0].mine_later);
  EXPECT_EQ(answered.draft.later.size(), 1U) << "what is stored stays until one has chosen";
  const Seen chosen{{late, answered.conflicts[0].stored}};
  const auto mine = save(manager, id, {{late, "Et svar"}, {"later:" + late, ""}}, chosen);
  EXPECT_TRUE(mine.conflicts.empty());
  EXPECT_TRUE(mine.draft.later.empty());
  const auto again = save(colleague, id, {{late, ""}, {"later:" + late, ""}, {"later:" + late, "on"}}, before);
  ASSERT_EQ(again.conflicts.size(), 1U);
  EXPECT_TRUE(again.conflicts[0].mine_later);
  EXPECT_EQ(again.draft.data["sted"].text("beskriv"), "Et svar");
  EXPECT_TRUE(again.draft.later.empty());
}

TEST_P(Editing, in_a_conflict_what_fits_no_field_is_kept_too) {
  const auto id = begin();
  const auto shown = save(manager, id, {{"tid.oppdaget.date", "2026-11-16"}, {"tid.oppdaget.time", "09:00"}}).draft;
  const auto seen = seen_of(shown, {"tid.oppdaget"});
  (void)save(colleague, id, {{"tid.oppdaget.date", "2026-11-17"}, {"tid.oppdaget.time", "09:00"}}, seen);
  const forms::NamesAndTexts unclear{{"tid.oppdaget.date", "forrige tirsdag"}, {"tid.oppdaget.time", "09:00"}};
  const auto met = save(manager, id, unclear, seen);
  ASSERT_EQ(met.conflicts.size(), 1U);
  EXPECT_EQ(met.conflicts[0].fields, posted(unclear).fields);
  EXPECT_EQ(met.conflicts[0].mine, "forrige tirsdag, 09:00");
  EXPECT_TRUE(met.draft.rejected.empty()) << "nothing of it is stored before one has chosen";
  const auto chosen = save(manager, id, unclear, {{"tid.oppdaget", met.conflicts[0].stored}});
  EXPECT_TRUE(chosen.conflicts.empty());
  EXPECT_EQ(chosen.draft.rejected.at({forms::FieldName::Part::date, "tid.oppdaget"}), "forrige tirsdag");
}

TEST_P(Editing, in_a_conflict_a_time_that_comes_twice_is_asked_about) {
  const auto id = begin();
  const auto shown = save(manager, id, {{"tid.oppdaget.date", "2026-10-24"}, {"tid.oppdaget.time", "09:00"}}).draft;
  const auto seen = seen_of(shown, {"tid.oppdaget"});
  (void)save(colleague, id, {{"tid.oppdaget.date", "2026-10-25"}, {"tid.oppdaget.time", "09:00"}}, seen);
  forms::NamesAndTexts twice{{"tid.oppdaget.date", "2026-10-25"}, {"tid.oppdaget.time", "02:30"}};
  const auto met = save(manager, id, twice, seen);
  ASSERT_EQ(met.conflicts.size(), 1U);
  EXPECT_EQ(met.conflicts[0].fields, posted(twice).fields);
  twice.emplace_back("tid.oppdaget.occurrence", "second");
  const auto again = save(manager, id, twice, seen);
  ASSERT_EQ(again.conflicts.size(), 1U) << "until one has chosen between the two values";
  EXPECT_EQ(again.conflicts[0].fields, posted(twice).fields) << "which of the two moments is meant stays with the time";
  const auto chosen = save(manager, id, twice, {{"tid.oppdaget", again.conflicts[0].stored}});
  EXPECT_TRUE(chosen.conflicts.empty());
  EXPECT_EQ(chosen.draft.data["tid"].text("oppdaget"), "2026-10-25T02:30:00+01:00");
}

// The page shows the text that another typed and that fits no field; posting it as it stands is no change.
TEST_P(Editing, what_fits_no_field_and_was_not_touched_is_no_conflict) {
  const auto id = begin();
  const forms::NamesAndTexts unclear{{"tid.oppdaget.date", "forrige tirsdag"}, {"tid.oppdaget.time", "09:00"}};
  const auto shown = save(manager, id, unclear).draft;
  const auto seen = seen_of(shown, {"tid.oppdaget"});
  (void)save(colleague, id, {{"tid.oppdaget.date", "2026-11-17"}, {"tid.oppdaget.time", "09:00"}}, seen);
  (void)save(colleague, id, unclear);
  EXPECT_TRUE(save(manager, id, unclear, seen).conflicts.empty());
}

TEST_P(Editing, what_is_typed_for_a_row_follows_it_when_another_is_removed) {
  const auto id = begin();
  const auto seen = seen_rows(with_rows(id, {"A", "B", "C"}), 3);
  (void)save(colleague, id, {{"remove-row:virksomhet.andre[0]", "1"}}, seen);
  const auto saved = save(manager, id,
                          {{"virksomhet.andre[0].navn", "A"},
                           {"virksomhet.andre[1].navn", "B"},
                           {"virksomhet.andre[1].orgnr", "314100018"},
                           {"virksomhet.andre[2].navn", "C"}},
                          seen);
  EXPECT_EQ(names(saved.draft), "B!C");
  EXPECT_TRUE(saved.conflicts.empty());
}

TEST_P(Editing, what_is_typed_for_a_row_that_is_gone_is_shown_and_stored_nowhere) {
  const auto id = begin();
  const auto seen = seen_rows(with_rows(id, {"A", "B"}), 2);
  (void)save(colleague, id, {{"remove-row:virksomhet.andre[0]", "1"}}, seen);
  const auto saved =
      save(manager, id, {{"virksomhet.andre[0].orgnr", "314100018"}, {"virksomhet.andre[1].navn", "B"}}, seen);
  EXPECT_EQ(names(saved.draft), "B");
  ASSERT_EQ(saved.conflicts.size(), 1U);
  EXPECT_EQ(saved.conflicts[0].mine, "314100018");
}

// Lists in the rows of a list: no form that is shipped has one.
TEST(MatchRows, follows_rows_in_rows_that_moved) {
  const auto then = *base::Json::parse(R"({"a":[{"n":"1","b":[{"x":"p"}]},{"n":"2","b":[{"x":"q"},{"x":"r"}]}]})");
  const auto now = *base::Json::parse(R"({"a":[{"n":"2","b":[{"x":"q"},{"x":"r"}]}]})");
  Seen seen;
  for (const auto* path :
       {"a[]", "a[0].n", "a[0].b[]", "a[0].b[0].x", "a[1].n", "a[1].b[]", "a[1].b[0].x", "a[1].b[1].x"})
    seen[path] = fingerprint_at(then, path);
  using Fields = std::vector<forms::PostedField>;
  using Kind = forms::RowAction::Kind;
  const auto field = [](std::string path, std::string text) {
    return forms::PostedField{{.path = std::move(path)}, std::move(text)};
  };
  const auto matched = match_rows(Fingerprints(now, {}),
                                  {{field("a[1].b[1].x", "R"), field("a[0].b[0].x", "P"), field("c", "3")},
                                   {{Kind::remove, "a[1].b", 0},
                                    {Kind::remove, "a[0].b", 0},
                                    {Kind::remove, "a", 0},
                                    {Kind::add, "a[1].b"},
                                    {Kind::restore, "a[0].b"}}},
                                  seen);
  EXPECT_EQ(matched.posted.fields, (Fields{field("a[0].b[1].x", "R"), field("c", "3")}));
  EXPECT_EQ(matched.lost, (Fields{field("a[0].b[0].x", "P")}));
  EXPECT_EQ(
      matched.posted.row_actions,
      (std::vector<forms::RowAction>{{Kind::remove, "a[0].b", 0}, {Kind::add, "a[0].b"}, {Kind::restore, "a[0].b"}}))
      << "what asks to remove a row that is gone is done, and what brings one back is never lost";
}

TEST_P(Editing, a_draft_whose_form_is_away_is_opened_by_nobody_and_loses_nothing) {
  const auto id = begin();
  (void)save(manager, id, {{"tid.oppdaget.date", "2026-11-17"}, {"tid.oppdaget.time", "tidlig"}});
  const auto services = files.path() / "services", form = services / "dat/avviksmelding", away = files.path() / "away";
  std::filesystem::create_directories(form.parent_path());
  std::filesystem::copy(std::filesystem::path(ALTING_SOURCE_DIR) / "services/dat/avviksmelding", form,
                        std::filesystem::copy_options::recursive);
  forms::AppCatalogue watched(services, true);
  const auto use =
      make_instances({registers.temp.database(), vault.vault(), *log, access->decider(), *registers.registry, watched,
                      *scanner, inspector, registers.clock, registers.random});
  const auto allowed = permit(manager, Action::write, id);
  const auto typed = expect(use->drafts.open(allowed)).rejected;
  ASSERT_FALSE(typed.empty());
  std::filesystem::rename(form, away);
  ASSERT_TRUE(watched.refresh());
  const auto opened = use->drafts.open(allowed);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, "error.app.not_found");
  std::filesystem::rename(away, form);
  ASSERT_TRUE(watched.refresh());
  EXPECT_EQ(expect(use->drafts.open(allowed)).rejected, typed);
}

TEST_P(Editing, a_row_added_at_the_end_moves_none) {
  const auto id = begin();
  const auto seen = seen_rows(with_rows(id, {"A", "B"}), 2);
  (void)save(colleague, id, {{"add-row:virksomhet.andre", "1"}, {"virksomhet.andre[2].navn", "C"}}, seen);
  EXPECT_EQ(names(save(manager, id, {{"virksomhet.andre[1].orgnr", "314100018"}}, seen).draft), "AB!C");
}

TEST_P(Editing, what_is_typed_in_a_field_that_was_closed_meanwhile_is_shown) {
  const auto id = begin();
  const auto shown = save(manager, id,
                          {{"tid.oppdaget.date", "2026-11-17"},
                           {"tid.oppdaget.time", "09:00"},
                           {"tid.kjennskap.date", "2026-11-17"},
                           {"tid.kjennskap.time", "10:00"}})
                         .draft;
  const auto seen = seen_of(shown, {"tid.kjennskap", "tid.kjennskapSamtidig", "tid.oppdaget"});
  (void)save(colleague, id, {{"tid.kjennskapSamtidig", "ja"}}, seen);
  const auto saved = save(manager, id, {{"tid.kjennskap.date", "2026-11-17"}, {"tid.kjennskap.time", "11:00"}}, seen);
  ASSERT_EQ(saved.conflicts.size(), 1U) << "this field decides the deadline";
  EXPECT_EQ(saved.conflicts[0].path, "tid.kjennskap");
  EXPECT_NE(saved.conflicts[0].mine.find("11:00"), std::string::npos);
}

// All of it within the form's own limits, and more than a hundred kilobytes.
TEST_P(Editing, a_form_may_be_as_long_as_its_fields_allow) {
  const auto id = begin();
  Draft draft;
  for (int i = 0; i < 8; ++i)
    draft = save(manager, id,
                 {{"add-row:informasjon.innhold", "1"},
                  {fmt::format("informasjon.innhold[{}].tekst", i), std::string(10'000, 'x')},
                  {"beskrivelse.hva", std::string(10'000, 'y')},
                  {"beskrivelse.hvordan", std::string(10'000, 'z')}})
                .draft;
  EXPECT_EQ(draft.data["beskrivelse"].text("hva").size(), 10'000U);
  EXPECT_EQ(expect(instances->drafts.open(permit(manager, Action::write, id))).data, draft.data);
}

TEST_P(Editing, a_file_that_came_after_the_overview_is_not_sent_unseen) {
  guidance = {"dat", "veiledning"};
  const auto id = begin();
  const auto shown = fill(id);
  add_file(id, "ukjent.pdf", testing::small_pdf);
  const auto refused = try_send(id, shown.version);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "error.submit.changed");
  EXPECT_EQ(send(id, expect(instances->drafts.open(permit(manager, Action::write, id))).version, post())
                .submission.attachments.size(),
            1U);
}

TEST_P(Editing, an_addition_is_not_sent_on_what_another_addition_has_changed) {
  guidance = {"dat", "veiledning"};
  const auto notice = begin();
  (void)send(notice, fill(notice).version, post());
  const auto first = begin(notice), second = begin(notice);
  const auto write = [&](terms::InstanceId id, const std::string& found) {
    return save(manager, id, {{"mer.tekst", "Mer."}, {"sporsmal.funnet", found}}).draft.version;
  };
  const auto shown = write(first, "Vårt");
  (void)send(second, write(second, "Deres"), post());
  const auto refused = try_send(first, shown);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "error.submit.changed");
  const auto now = expect(instances->drafts.open(permit(manager, Action::write, first)));
  EXPECT_EQ(now.base["sporsmal"].text("funnet"), "Deres") << "the next overview says what it changes";
  (void)send(first, now.version, post());
}

}  // namespace
}  // namespace alting::instances
