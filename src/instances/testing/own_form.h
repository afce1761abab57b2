// For tests: a form of a test's own, the guidance form with what no form that is shipped has all of. It has two ways, a
// deadline, and words that say that one does not know yet.
#pragma once
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "instances/testing/instances_fixture.h"

namespace alting::instances::testing {

inline constexpr std::string_view not_known = "Her vil det komme mer informasjon";

// Puts `more` into the file, behind the first place where `after` stands.
inline void put_into(const std::filesystem::path& file, std::string_view after, std::string_view more) {
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const auto found = text.find(after);
  if (found == std::string::npos) throw std::runtime_error(file.string() + " has no " + std::string(after));
  text.insert(found + after.size(), more);
  std::ofstream(file, std::ios::binary) << text;
}

inline void make_own_form(const std::filesystem::path& services) {
  const auto form = services / "dat/veiledning";
  std::filesystem::create_directories(form.parent_path());
  std::filesystem::copy(std::filesystem::path(ALTING_SOURCE_DIR) / "services/dat/veiledning", form,
                        std::filesystem::copy_options::recursive);
  put_into(form / "config/alting.json", R"("minimumAuthenticationLevel": 3,)", R"(
  "ways": {"field": "sporsmal.vei", "default": "hele", "list": [
    {"code": "kort", "title": "appName", "text": "appName", "minutes": 1, "pages": ["Kontakt", "Sporsmal"]},
    {"code": "hele", "title": "appName", "text": "appName", "minutes": 5, "pages": ["Sporsmal", "Kontakt"]}]},
  "rules": {"frist": [{"validFrom": "2018-07-20", "validTo": null, "values": {"hours": "72"}, "source": "test"}]},
  "deadlines": [{"id": "svar", "from": "sporsmal.kjent", "rule": "frist", "hours": "hours", "title": "appName",
    "explanation": "appName", "late": "appName", "inTime": "appName"}],
  "later": {"phrases": ["vet_ikke"]},)");
  put_into(form / "models/henvendelse.schema.json", R"("sporsmal": {
      "type": "object",
      "properties": {)",
           R"("vei": {"type": "string", "enum": ["kort", "hele"]},
        "kjent": {"type": "string", "format": "date-time"},)");
  put_into(form / "config/catalogue.toml", R"("sporsmal.tema" = { personal = false })", R"(
"sporsmal.vei" = { personal = false }
"sporsmal.kjent" = { personal = false })");
  put_into(form / "ui/skjema/layouts/Sporsmal.json", R"("layout": [)", R"(
      {"id": "sporsmal-kjent", "type": "Datepicker", "timeStamp": true,
        "dataModelBindings": {"simpleBinding": "sporsmal.kjent"}, "textResourceBindings": {"title": "appName"},
        "required": false},)");
  for (const auto* language : {"nb", "nn", "en"})
    put_into(form / fmt::format("config/texts/resource.{}.json", language), R"("resources": [)",
             fmt::format(R"({{"id": "vet_ikke", "value": "{}"}},)", not_known));
}

class OwnForm : public InstancesFixture {
 protected:
  OwnForm() {
    for (const auto& fault : own.faults()) ADD_FAILURE() << fault.file << ":" << fault.line << ": " << fault.message;
    instances = make_instances({registers.temp.database(), vault.vault(), *log, access->decider(), *registers.registry,
                                own, *scanner, inspector, registers.clock, registers.random});
  }
  ~OwnForm() override { instances.reset(); }  // before the forms it knows

  forms::Posted own_posted(const forms::NamesAndTexts& fields) {
    return expect(forms::read_posted(*own.find(guidance), fields));
  }
  Draft type(terms::InstanceId id, const forms::NamesAndTexts& fields) {
    return expect(instances->drafts.save(permit(manager, Action::write, id), own_posted(fields), {}, Language::nb))
        .draft;
  }
  Draft opened(terms::InstanceId id) { return expect(instances->drafts.open(permit(manager, Action::read, id))); }

 private:
  std::filesystem::path services() {
    make_own_form(files.path() / "services");
    return files.path() / "services";
  }

 protected:
  forms::AppCatalogue own{services(), false};
};

}  // namespace alting::instances::testing
