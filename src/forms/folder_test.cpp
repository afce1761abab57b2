#include "forms/folder.h"

#include "base/text.h"
#include "forms/own_folder.h"

namespace alting::forms {
namespace {

namespace fs = std::filesystem;

// A copy of the sample folder, to be spoilt.
class FolderFaults : public OwnFolder {
 protected:
  void SetUp() override { copy(sample_folder()); }

  // Loading tells this fault: file, line and a part of the message.
  void expect_fault(const std::string& file, int line, const std::string& part) {
    auto loaded = load_app(folder_);
    EXPECT_EQ(loaded.app, nullptr);
    for (const auto& fault : loaded.faults) {
      if (fault.file == file && fault.line == line && fault.message.find(part) != std::string::npos) return;
    }
    ADD_FAILURE() << "no fault " << file << ":" << line << " \"" << part << "\" among\n" << in_lines(loaded.faults);
  }
};

constexpr auto page_file = "ui/skjema/layouts/Melding.json";

// As Altinn reads them: a list of endings counts unless hasCustomFileEndings says no.
TEST_F(FolderFaults, FileEndingsOfOneTypeAreOneAndAListMayBeSwitchedOff) {
  const std::string given = R"("validFileEndings": ".pdf, png")";
  spoil(page_file, given, R"("validFileEndings": "jpeg,.HEIC,.jpg")");
  ASSERT_NE(load_app(folder_).app, nullptr);
  EXPECT_EQ(load_app(folder_).app->facts().uploads[0].endings,
            (std::vector<std::string>{".jpeg", ".jpg", ".jfif", ".heic", ".heif"}));
  spoil(page_file, R"("validFileEndings")", R"("hasCustomFileEndings": false, "validFileEndings")");
  ASSERT_NE(load_app(folder_).app, nullptr);
  EXPECT_TRUE(load_app(folder_).app->facts().uploads[0].endings.empty());
}

TEST(MessagesOnly, AServiceWithMessagesOnlyIsThereAndNoFormToFillIn) {
  const AppCatalogue apps(fs::path(ALTING_SOURCE_DIR) / "services", false);
  EXPECT_TRUE(apps.faults().empty());
  const auto letters = apps.find({"dat", "brev"});
  ASSERT_NE(letters, nullptr);
  EXPECT_TRUE(letters->messages_only());
  EXPECT_EQ(letters->title(Language::nn), "Brev frå Datatilsynet");
  EXPECT_EQ(letters->controller(Language::nb).organisation_number, "974761467");
  const auto is_letters = [](const auto& app) { return app->facts().id.app == "brev"; };
  EXPECT_TRUE(std::ranges::none_of(apps.all(), is_letters));
  EXPECT_TRUE(std::ranges::any_of(apps.services(), is_letters));
}

TEST_F(FolderFaults, AServiceWithMessagesOnlyHasNoData) {
  spoil("config/applicationmetadata.json", R"("dataTypes":)", R"("alting": {"messagesOnly": true}, "dataTypes":)");
  EXPECT_EQ(load_app(folder_).app, nullptr);
  EXPECT_NE(faults().find("has no data types"), std::string::npos) << faults();
}

TEST_F(FolderFaults, ATextMissingInOneLanguage) {
  spoil("config/texts/resource.nn.json",
        R"(    {"id": "felt.hva", "value": "Kva har skjedd"},)"
        "\n",
        "");
  expect_fault("config/texts/resource.nb.json", 44, "\"felt.hva\" is missing in nn");
}
TEST_F(FolderFaults, ATextThatIsNowhere) {
  spoil(page_file, "\"felt.hva\"", "\"felt.hvem\"");
  expect_fault(page_file, 10, "there is no text \"felt.hvem\"");
}
TEST_F(FolderFaults, AnUnknownComponentType) {
  spoil(page_file, "\"type\": \"Input\"", "\"type\": \"Innput\"");
  expect_fault(page_file, 7, "unknown component type \"Innput\"");
}
TEST_F(FolderFaults, ATypeThatAltingDoesNotShow) {
  spoil(page_file, "\"type\": \"Input\"", "\"type\": \"Map\"");
  expect_fault(page_file, 7, "\"Map\" is not among those");
}
TEST_F(FolderFaults, ABindingOutsideTheModel) {
  spoil(page_file, "\"simpleBinding\": \"hva\"", "\"simpleBinding\": \"hvor\"");
  expect_fault(page_file, 10, "the data model has no \"hvor\"");
}
TEST_F(FolderFaults, UnknownOptions) {
  spoil(page_file, "\"optionsId\": \"land\"", "\"optionsId\": \"verden\"");
  expect_fault(page_file, 19, "there are no options \"verden\"");
}
TEST_F(FolderFaults, AnUnknownFunction) {
  spoil(page_file, "\"notContains\"", "\"notKontains\"");
  expect_fault(page_file, 14, "\"notKontains\" not implemented");
}
TEST_F(FolderFaults, AWrongNumberOfArguments) {
  spoil(page_file, "[\"dataModel\", \"typer\"], \"helse\"]}", "[\"dataModel\", \"typer\"]]}");
  expect_fault(page_file, 14, "Expected 2 argument(s), got 1");
}
TEST_F(FolderFaults, APathInAnExpressionThatIsNotInTheModel) {
  spoil(page_file, "[\"dataModel\", \"typer\"]", "[\"dataModel\", \"typa\"]");
  expect_fault(page_file, 14, "the data model has no \"typa\"");
}
TEST_F(FolderFaults, DuplicatedIds) {
  spoil(page_file, "\"id\": \"epost\"", "\"id\": \"navn\"");
  expect_fault(page_file, 8, "two components have the id \"navn\"");
  spoil("ui/skjema/layouts/Tid.json", "\"id\": \"laast\"", "\"id\": \"hva\"");
  expect_fault("ui/skjema/layouts/Tid.json", 7, "two components have the id \"hva\"");
}
TEST_F(FolderFaults, AChildThatIsNotThere) {
  spoil("ui/skjema/layouts/Tiltak.json", "\"children\": [\"tekst\"", "\"children\": [\"tekts\"");
  expect_fault("ui/skjema/layouts/Tiltak.json", 4, "its child \"tekts\" is not on this page");
}
TEST_F(FolderFaults, AFieldInARowOutsideItsGroup) {
  spoil("ui/skjema/layouts/Tiltak.json", "\"children\": [\"tekst\", ", "\"children\": [");
  expect_fault("ui/skjema/layouts/Tiltak.json", 5, "not in its repeating group");
}
TEST_F(FolderFaults, BrokenJson) {
  spoil("config/alting.json", "\"version\": \"3\",", "\"version\": \"3\"");
  expect_fault("config/alting.json", 3, "not valid JSON");
}
TEST_F(FolderFaults, AMissingFile) {
  fs::remove(folder_ / "config/texts/resource.en.json");
  expect_fault("config/texts/resource.en.json", 0, "the file is missing");
}
TEST_F(FolderFaults, UnknownPropertiesAndRulesInAltingJson) {
  spoil("config/alting.json", "\"receipt\"", "\"reciept\"");
  expect_fault("config/alting.json", 23, "unknown property \"reciept\"");
  spoil("config/alting.json", "\"rule\": \"frist\"", "\"rule\": \"forfall\"");
  expect_fault("config/alting.json", 13, "there is no rule \"forfall\"");
}
TEST_F(FolderFaults, WhatMakesANoticeUrgentAsksOfFieldsThatAreThere) {
  spoil("config/alting.json", R"("agency": {)", R"("agency": {"urgent": ["equals", ["dataModel", "hvasom"], "ja"], )");
  expect_fault("config/alting.json", 22, "hvasom");
  spoil("config/alting.json", R"("urgent")", R"("hurry")");
  expect_fault("config/alting.json", 22, "unknown property \"hurry\"");
}
TEST_F(FolderFaults, ADefinitionThatStandsAfterItsUse) {
  spoil("models/prove.validation.json", "\"ref\": \"fremtid\"", "\"ref\": \"fortid\"");
  expect_fault("models/prove.validation.json", 13, "there is no definition \"fortid\"");
}
TEST_F(FolderFaults, AModelWithALooseReference) {
  spoil("models/prove.schema.json", "#/$defs/person", "#/$defs/folk");
  expect_fault("models/prove.schema.json", 39, "leads nowhere");
}
TEST_F(FolderFaults, AFieldThatIsNotDeclared) {
  spoil("config/catalogue.toml", "\"hva\" =", "\"hvem\" =");
  expect_fault("config/catalogue.toml", 0, "the field \"hva\" is not declared");
  expect_fault("config/catalogue.toml", 17, "the data model has no \"hvem\"");
}
TEST_F(FolderFaults, PersonalAnswersThatNobodysRuleEnds) {
  spoil("config/catalogue.toml", "stands_in = ", "stands = ");
  expect_fault("config/catalogue.toml", 3, "say in which tables it stands");
  expect_fault("config/catalogue.toml", 7, "erase: \"prove\" does not stand in \"draft\"");
  spoil("config/catalogue.toml", "subject = ", "of = ");
  expect_fault("config/catalogue.toml", 3, "say whose it is");
  spoil("config/catalogue.toml", "rules = ", "ruler = ");
  expect_fault("config/catalogue.toml", 3, "say which rules of retention.toml end it");
  expect_fault("config/retention.toml", 0, "nothing is kept by the rule \"prove.agency\"");
  spoil("config/catalogue.toml", "erase = ", "wipe = ");
  expect_fault("config/catalogue.toml", 3, "say with which table it is erased");
}
TEST_F(FolderFaults, ASubjectARuleAndATableThatAreNot) {
  spoil("config/catalogue.toml", "[{ kind = \"party\" }]", "[{ kind = \"sender\", field = \"type\" }]");
  expect_fault("config/catalogue.toml", 5, "kind is one of party, person, actor, organisation");
  expect_fault("config/catalogue.toml", 5, "\"type\" is no personal field");
  spoil("config/catalogue.toml", "prove.agency", "prove.etat");
  expect_fault("config/catalogue.toml", 6, "retention.toml has no rule \"prove.etat\"");
  spoil("config/catalogue.toml", "\"purge\"", "\"rows\"");
  expect_fault("config/catalogue.toml", 6, "acts is one of purge, room, use, kept");
  spoil("config/catalogue.toml", "[\"draft\", \"submission\"]", "[\"draft\", \"letter\"]");
  expect_fault("config/catalogue.toml", 3, "stands in no table \"letter\"");
}
TEST_F(FolderFaults, ARuleOfRetentionThatIsNotDatedOrHasNoPeriod) {
  spoil("config/retention.toml", "from = 2026-01-01", "from = \"soon\"");
  expect_fault("config/retention.toml", 6, "does not say from which day");
  spoil("config/retention.toml", "\"1 year\"", "\"as long as needed\"");
  expect_fault("config/retention.toml", 6, "does not say its period");
  spoil("config/retention.toml", "law = ", "laws = ");
  expect_fault("config/retention.toml", 6, "says law and why");
  spoil("config/retention.toml", "starts = ", "begins = ");
  expect_fault("config/retention.toml", 3, "says one of starts and ends_when");
}
TEST_F(FolderFaults, NoFileOfRetention) {
  std::filesystem::remove(folder_ / "config/retention.toml");
  expect_fault("config/retention.toml", 0, "the file is missing");
}
TEST_F(FolderFaults, BrokenXml) {
  spoil("config/process/process.bpmn", "</bpmn:process>", "");
  EXPECT_EQ(load_app(folder_).app, nullptr);
}
TEST_F(FolderFaults, AllAreToldAtOnce) {
  spoil(page_file, "\"felt.hva\"", "\"felt.hvem\"");
  spoil(page_file, "\"optionsId\": \"land\"", "\"optionsId\": \"verden\"");
  spoil("config/alting.json", "\"receipt\"", "\"reciept\"");
  EXPECT_EQ(load_app(folder_).faults.size(), 3U);
}

TEST_F(FolderFaults, AFolderBelowAppIsReadToo) {
  fs::rename(folder_, folder_.string() + "x");
  fs::create_directory(folder_);
  fs::rename(folder_.string() + "x", folder_ / "App");
  EXPECT_TRUE(load_app(folder_).app);
}

TEST_F(FolderFaults, AnAltinnAppNeedNotHaveAllLanguages) {
  fs::remove(folder_ / "config/alting.json");
  fs::remove(folder_ / "config/texts/resource.nn.json");
  spoil("models/prove.calculation.json", "2]", "2]");
  spoil("ui/skjema/layouts/Tid.json", "\"felt.laast\"", "\"En tekst for seg\"");
  auto loaded = load_app(folder_);
  for (const auto& fault : loaded.faults) ADD_FAILURE() << fault.file << ":" << fault.line << ": " << fault.message;
  ASSERT_TRUE(loaded.app);
  EXPECT_FALSE(loaded.app->facts().supplement.declared);
}

TEST(Services, EveryFolderOfTheHouseIsWithoutFaults) {
  AppCatalogue catalogue(ALTING_SOURCE_DIR "/services", false);
  for (const auto& fault : catalogue.faults())
    ADD_FAILURE() << fault.file << ":" << fault.line << ": " << fault.message;
}

TEST_F(FolderFaults, TheCatalogueSeesChangesOnDisk) {
  auto root = folder_.string() + "-services";
  fs::remove_all(root);
  fs::create_directories(root + "/prove");
  fs::rename(folder_, root + "/prove/skjema");
  folder_ = root + "/prove/skjema";
  AppCatalogue catalogue(root, true);
  auto id = *terms::AppId::make("prove", "skjema");
  ASSERT_TRUE(catalogue.find(id));
  EXPECT_FALSE(catalogue.refresh());
  spoil("config/alting.json", "\"version\": \"3\"", "\"version\": \"10\"");
  EXPECT_TRUE(catalogue.refresh());
  EXPECT_EQ(catalogue.find(id)->facts().version, "10");
  spoil("config/alting.json", "\"version\": \"10\",", "\"version\": \"10\"  ");
  EXPECT_TRUE(catalogue.refresh());
  EXPECT_EQ(catalogue.find(id)->facts().version, "10") << "the last good one stays";
  EXPECT_EQ(catalogue.faults().size(), 1U);
  fs::remove_all(root + "/prove");
  EXPECT_TRUE(catalogue.refresh());
  EXPECT_FALSE(catalogue.find(id));
  folder_ = root;
}

}  // namespace
}  // namespace alting::forms
