#include "forms/advice.h"
#include "forms/own_folder.h"

namespace alting::forms {
namespace {

class WaysOfFolder : public OwnFolder {
 protected:
  void SetUp() override { copy(sample_notice_folder()); }
  [[nodiscard]] std::string advice() const { return in_lines(advice_on(folder_)); }
  void expect(const std::string& text, const std::string& part) const {
    EXPECT_NE(text.find(part), std::string::npos) << "\"" << part << "\" is not among\n" << text;
  }
};

constexpr auto ways_file = "config/alting.json";

TEST_F(WaysOfFolder, TheSampleMissesNothing) { EXPECT_EQ(advice(), ""); }

TEST_F(WaysOfFolder, APageThatNoWayWalksIsNamed) {
  spoil(ways_file, R"("Tiltak", "Vedlegg"])", R"("Tiltak"])");
  expect(advice(), "ui/skjema/layouts/Vedlegg.json:0: no way walks the page \"Vedlegg\"");
  EXPECT_EQ(faults(), "") << "it can be opened all the same";
}

TEST_F(WaysOfFolder, AFieldThatAWayDoesNotAskForAndCannotWaitIsNamed) {
  auto page = read("ui/skjema/layouts/Viktigste.json");
  const auto field = page.find(",\n      {\"id\": \"kort-aarsak\"");
  ASSERT_NE(field, std::string::npos);
  write("ui/skjema/layouts/Viktigste.json", page.erase(field, page.find("true}", field) + 5 - field));
  expect(
      advice(),
      "ui/skjema/layouts/Hendelse.json:8: component \"aarsak\": \"aarsak\" must be answered before anything is sent, "
      "and the way \"kort\" has no page with it");
}

TEST_F(WaysOfFolder, WhatIsHiddenOnAnEmptyFormOrMayWaitIsNot) {
  spoil("ui/skjema/layouts/Hvem.json", R"("title": "felt.notat"})",
        R"("title": "felt.notat"}, "required": ["equals", ["dataModel", "hvem.sensitivt"], "ja"])");
  EXPECT_EQ(advice(), "");
  spoil("ui/skjema/layouts/Hvem.json", R"("required": ["equals", ["dataModel", "hvem.sensitivt"], "ja"])",
        R"("required": true)");
  expect(advice(), "\"hvem.notat\" must be answered");
}

TEST_F(WaysOfFolder, AWayIsDeclaredWhole) {
  spoil(ways_file, R"("default": "alt")", R"("default": "lang")");
  expect(faults(), "there is no way \"lang\"");
  spoil(ways_file, R"("code": "kort", "title": "vei.kort")", R"("code": "alt", "title": "vei.borte")");
  expect(faults(), "the way \"alt\" is given twice");
  expect(faults(), "there is no text \"vei.borte\"");
  spoil(ways_file, R"(["Viktigste"])", R"(["Viktigste", "Borte", "Viktigste"])");
  expect(faults(), "there is no page \"Borte\"");
  expect(faults(), "the page \"Viktigste\" is named twice");
}

TEST_F(WaysOfFolder, TheWayIsAnAnswerThatNoPageAsksFor) {
  spoil("ui/skjema/layouts/Hvem.json", R"("simpleBinding": "hvem.notat")", R"("simpleBinding": "melding.vei")");
  expect(faults(), "the component \"notat\" is bound to \"melding.vei\"");
}

TEST_F(WaysOfFolder, TheModelTakesItsCodes) {
  spoil("models/prove.schema.json", R"("enum": ["kort", "alt"])", R"("enum": ["alt"])");
  expect(faults(), "the data model does not take \"kort\" in \"melding.vei\"");
}

TEST_F(WaysOfFolder, TasksAndTheUploadOfAdditionsAreLookedAt) {
  spoil(ways_file, R"("attachments": "vedlegg")", R"("attachments": "filer")");
  expect(faults(), "no page takes files of a data type \"filer\"");
  spoil(ways_file, R"({"when": ["greaterThan", ["laterCount"], 0], "title": "oppgave.resten", )", "{");
  expect(faults(), "a task needs \"when\"");
  expect(faults(), "a task needs \"title\"");
  spoil(ways_file, R"(["dataModel", "hvem.sensitivt"])", R"(["dataModel", "hvem.borte"])");
  expect(faults(), "the data model has no \"hvem.borte\"");
}

}  // namespace
}  // namespace alting::forms
