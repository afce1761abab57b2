#include "forms/deadlines.h"

#include "forms/own_folder.h"

namespace alting::forms {
namespace {

constexpr std::string_view aware =
    R"({"tid":{"kjennskap":"2026-11-17T14:00:00+01:00","fra":"2026-11-17T14:00:00+01:00"}})";

Reading reading_at(std::string_view now, std::string_view data = aware) {
  auto context = form_context(data);
  context.now = at(now);
  return sample_notice()->read(std::move(context));
}

TEST(Deadlines, NoReasonIsAskedForBeforeTheNextFullHour) {
  const auto late = [](std::string_view now) {
    auto reading = reading_at(now);
    const bool passed = reading.deadlines().at(0).passed;
    EXPECT_EQ(find_view(reading.page("Hendelse")->components, "sent") != nullptr, passed) << now;
    EXPECT_EQ(find_issue(reading.issues(When::submit), "tid.sent", "required") != nullptr, passed) << now;
    return passed;
  };
  EXPECT_EQ(reading_at("2026-11-20T12:00:00+01:00").deadlines().at(0).target, at("2026-11-20T14:00:00+01:00"));
  EXPECT_FALSE(late("2026-11-20T14:00:00+01:00"));
  EXPECT_FALSE(late("2026-11-20T14:59:59+01:00"));
  EXPECT_FALSE(late("2026-11-20T15:00:00+01:00")) << "at the very end it has not passed";
  EXPECT_TRUE(late("2026-11-20T15:00:01+01:00"));
}

TEST(Deadlines, MayCountFromWhatIsCalculated) {
  const auto out = applied(*sample_notice(), form_context(),
                           {{"tid.kjennskap.date", "17.11.2026"}, {"tid.kjennskap.time", "14:20"}});
  auto reading = reading_at("2026-11-20T12:00:00+01:00", out.data.dump());
  ASSERT_EQ(reading.deadlines().size(), 1U);
  EXPECT_EQ(reading.deadlines()[0].target, at("2026-11-20T14:20:00+01:00"));
  EXPECT_EQ(reading.deadlines()[0].statutory_end, at("2026-11-20T15:00:00+01:00"));
}

TEST(Deadlines, NoneCountsFromWhatIsCalculatedFromATimeThatIsBeingCorrected) {
  auto context = form_context(aware);
  context.rejected[{FieldName::Part::date, "tid.kjennskap"}] = "i går";
  EXPECT_TRUE(sample_notice()->read(context).deadlines().empty());
  context.rejected = {{{FieldName::Part::value, "hvem.antall"}, "mange"}};
  EXPECT_EQ(sample_notice()->read(context).deadlines().size(), 1U);
}

class OwnDeadlines : public OwnFolder {
 protected:
  void SetUp() override { copy(sample_notice_folder()); }
  std::string shown(std::string_view expression) {
    spoil(
        "ui/skjema/layouts/Hvem.json", R"("layout": [)",
        fmt::format(
            R"("layout": [{{"id": "tid", "type": "Text", "value": {}, "textResourceBindings": {{"title": "felt.notat"}}}},)",
            expression));
    auto reading = app()->read(form_context(aware));
    return view_of(*reading.page("Hvem"), "tid").body.plain();
  }
};

TEST_F(OwnDeadlines, AreTheTargetInExpressions) {
  EXPECT_EQ(shown(R"(["deadline", "melding"])"), "2026-11-20T13:00:00Z");
}
TEST_F(OwnDeadlines, AndTheTargetByName) {
  EXPECT_EQ(shown(R"(["deadline", "melding", "target"])"), "2026-11-20T13:00:00Z");
}
TEST_F(OwnDeadlines, AndTheStatutoryEndWhenItIsAskedFor) {
  EXPECT_EQ(shown(R"(["deadline", "melding", "statutoryEnd"])"), "2026-11-20T14:00:00Z");
}
TEST_F(OwnDeadlines, HaveNoOtherMoments) {
  spoil("ui/skjema/layouts/Hendelse.json", R"("statutoryEnd")", R"("lenientEnd")");
  EXPECT_NE(faults().find("Expected second argument to be \"target\" or \"statutoryEnd\""), std::string::npos);
}

TEST(Tasks, AreThoseTheAnswersCallFor) {
  auto none = sample_notice()->read(form_context(R"({"melding":{"type":"full"}})"));
  EXPECT_TRUE(none.tasks().empty());
  auto reading = sample_notice()->read(form_context(R"({"hva":"*Brev* gikk feil","hvem":{"sensitivt":"ja"}})"));
  ASSERT_EQ(reading.tasks().size(), 1U) << "nothing is promised before it is sent";
  EXPECT_EQ(reading.tasks()[0].title, "Si fra til de berørte");
  EXPECT_EQ(reading.tasks()[0].body, "Det haster");
  ASSERT_TRUE(reading.tasks()[0].template_text);
  EXPECT_EQ(*reading.tasks()[0].template_text, "Det som skjedde: *Brev* gikk feil") << "an answer is no markup";
  const auto& of_sent = reading.as_sent().tasks();
  ASSERT_EQ(of_sent.size(), 2U);
  EXPECT_EQ(of_sent[1].title, "Send resten");
  EXPECT_FALSE(of_sent[1].template_text);
}

TEST(Tasks, ComeInTheLanguage) {
  auto context = form_context(R"({"hvem":{"sensitivt":"ja"}})");
  context.language = Language::en;
  EXPECT_EQ(sample_notice()->read(context).tasks().at(0).title, "Tell those affected");
}

}  // namespace
}  // namespace alting::forms
