// An addition is sent as one of the kinds that the form has for additions, and as nothing else.
#include "forms/advice.h"
#include "forms/own_folder.h"

namespace alting::forms {
namespace {

// An addition of this kind to a notice of the same; "": of none.
FormContext addition_of_kind(std::string_view kind) {
  auto context = form_context(
      R"({"navn":"Ada","hva":"x","gradert":"nei","tid":{"kjennskap":"2026-11-20T09:00:00+01:00"},"tiltak":[{"tekst":"a"}],"tillegg":{"tekst":"Mer"}})");
  if (!kind.empty()) context.data.set("type", Json(std::string(kind)));
  context.supplement = true;
  context.before = context.data;
  return context;
}

TEST(AdditionKind, IsOneOfThoseForAdditions) {
  auto right = sample_app()->read(addition_of_kind("tillegg"));
  EXPECT_EQ(find_issue(right.issues(When::submit), "type", "option"), nullptr);
  for (const auto* kind : {"trinn", "full"}) {
    auto wrong = sample_app()->read(addition_of_kind(kind));
    EXPECT_NE(find_issue(wrong.issues(When::submit), "type", "option"), nullptr) << kind;
    EXPECT_EQ(find_issue(wrong.issues(When::save), "type", "option"), nullptr) << "a draft may be saved: " << kind;
  }
}

TEST(AdditionKind, ThatIsMissingIsAskedForOnce) {
  auto none = sample_app()->read(addition_of_kind(""));
  const auto& issues = none.issues(When::submit);
  EXPECT_EQ(std::ranges::count(issues, Path("type"), &Issue::path), 1);
  EXPECT_NE(find_issue(issues, "type", "required"), nullptr);
}

TEST(AdditionKind, OfANewNoticeIsNotLookedAt) {
  auto context = addition_of_kind("trinn");
  context.supplement = false;
  auto reading = sample_app()->read(context);
  EXPECT_EQ(find_issue(reading.issues(When::submit), "type", "option"), nullptr);
}

class AdditionKindFolder : public OwnFolder {
 protected:
  void SetUp() override { copy(sample_notice_folder()); }
  // The kind is calculated where this holds and nothing is chosen.
  void calculate_when(const std::string& condition) const {
    spoil("models/prove.calculation.json", R"("tid.fra":)",
          R"("melding.type": {"expression": ["if", )" + condition +
              R"(, "trinn", "else", ["dataModel", "melding.type"]]}, "tid.fra":)");
  }
};

TEST_F(AdditionKindFolder, ACalculationThatMayWriteItInAnAdditionIsNamed) {
  calculate_when(R"(["equals", ["dataModel", "melding.type"], null])");
  EXPECT_EQ(faults(), "");
  const auto advice = in_lines(advice_on(folder_));
  EXPECT_NE(advice.find("\"melding.type\" is calculated in an addition too"), std::string::npos) << advice;
}

TEST_F(AdditionKindFolder, OneThatAsksWhetherItIsAnAdditionIsNot) {
  calculate_when(R"(["and", ["equals", ["dataModel", "melding.type"], null], ["not", ["isSupplement"]]])");
  EXPECT_EQ(faults(), "");
  EXPECT_EQ(in_lines(advice_on(folder_)), "");
}

}  // namespace
}  // namespace alting::forms
