#include "parties/organisation_content.h"

namespace alting::parties {
namespace {

base::Json to_json(const Address& address) {
  auto lines = base::Json::array();
  for (const auto& line : address.lines) lines.push_back(line);
  return base::Json::object({{"lines", std::move(lines)},
                             {"postalCode", address.postal_code},
                             {"postalPlace", address.postal_place},
                             {"municipality", address.municipality},
                             {"country", address.country}});
}

std::optional<Address> from_json(const base::Json& json) {
  if (!json.is_object()) return std::nullopt;
  Address address;
  if (json["lines"].is_array())
    for (const auto& line : json["lines"].items()) address.lines.emplace_back(line.text_or(""));
  address.postal_code = json.text("postalCode");
  address.postal_place = json.text("postalPlace");
  address.municipality = json.text("municipality");
  address.country = json.text("country");
  return address;
}

struct TextMember {
  std::string_view name;
  std::string Organisation::* place;
};
constexpr std::array<TextMember, 9> texts{{{"industryCode", &Organisation::industry_code},
                                           {"industryText", &Organisation::industry_text},
                                           {"sectorCode", &Organisation::sector_code},
                                           {"sectorText", &Organisation::sector_text},
                                           {"email", &Organisation::email},
                                           {"phone", &Organisation::phone},
                                           {"mobile", &Organisation::mobile},
                                           {"website", &Organisation::website},
                                           {"registeredOn", &Organisation::registered_on}}};

}  // namespace

std::string write_content(const Organisation& organisation) {
  auto json = base::Json::object();
  if (organisation.business_address) json.set("businessAddress", to_json(*organisation.business_address));
  if (organisation.postal_address) json.set("postalAddress", to_json(*organisation.postal_address));
  for (const auto& [name, place] : texts)
    if (!(organisation.*place).empty()) json.set(name, organisation.*place);
  if (organisation.employees) json.set("employees", *organisation.employees);
  return json.dump();
}

void read_content(std::string_view text, Organisation& into) {
  const auto json = base::Json::parse(text);
  if (!json) return;
  into.business_address = from_json((*json)["businessAddress"]);
  into.postal_address = from_json((*json)["postalAddress"]);
  for (const auto& [name, place] : texts) into.*place = json->text(name);
  into.employees = (*json)["employees"].integer();
}

std::optional<Address> read_register_address(const base::Json& json) {
  if (!json.is_object()) return std::nullopt;
  Address address;
  if (json["adresse"].is_array())
    for (const auto& line : json["adresse"].items())
      if (!line.text_or("").empty() && address.lines.size() < 8) address.lines.emplace_back(line.text_or(""));
  address.postal_code = json.text("postnummer");
  address.postal_place = json.text("poststed");
  address.municipality = json.text("kommune");
  address.country = json.text("land");
  return address;
}

Organisation read_register_unit(const base::Json& unit) {
  Organisation out;
  out.party.name = unit.text("navn");
  out.party.organisation_number = unit.text("organisasjonsnummer");
  out.party.organisation_form = unit["organisasjonsform"].text("kode");
  out.party.deleted = !unit.text("slettedato").empty() || unit.text("respons_klasse").starts_with("Slettet");
  out.party.bankrupt = unit["konkurs"].bool_or(false);
  out.party.dissolving = unit["underTvangsavviklingEllerTvangsopplosning"].bool_or(false);
  out.business_address = read_register_address(unit["forretningsadresse"]);
  if (!out.business_address) out.business_address = read_register_address(unit["beliggenhetsadresse"]);
  out.postal_address = read_register_address(unit["postadresse"]);
  out.industry_code = unit["naeringskode1"].text("kode");
  out.industry_text = unit["naeringskode1"].text("beskrivelse");
  out.sector_code = unit["institusjonellSektorkode"].text("kode");
  out.sector_text = unit["institusjonellSektorkode"].text("beskrivelse");
  out.email = unit.text("epostadresse");
  out.phone = unit.text("telefon");
  out.mobile = unit.text("mobil");
  out.website = unit.text("hjemmeside");
  out.employees = unit["antallAnsatte"].integer();
  out.registered_on = unit.text("registreringsdatoEnhetsregisteret");
  return out;
}

}  // namespace alting::parties
