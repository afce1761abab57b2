#include "login/test_registers.h"

#include "base/json.h"
#include "login/addresses.h"
#include "login/token_claims.h"

namespace alting::login {
namespace {

using base::Json;

web::Response register_problem(int status, std::string_view why) {
  return web::json(Json::object({{"error", why}}), status);
}

// Whether the request brings a token of the built-in issuer with this scope, in its time.
bool brings_token(const web::Request& request, const TestRegistersParts& with, std::string_view scope) {
  constexpr std::string_view bearer = "Bearer ";
  const auto header = request.header("authorization");
  if (!header.starts_with(bearer)) return false;
  const auto own = with.tokens.own();
  const auto token = crypto::verify_jwt(header.substr(bearer.size()), own.keys);
  if (!token || token->claims.text("iss") != own.issuer || token->claims.text("scope") != scope) return false;
  const auto expires = numeric_date(token->claims["exp"]);
  return expires && *expires > with.clock.now();
}

void add_krr_address(Json& contact, const std::string& name, const parties::KrrAddress& address) {
  if (address.value.empty()) return;
  contact.set(name, address.value);
  if (address.updated_at) contact.set(name + "_oppdatert", base::to_rfc3339(*address.updated_at));
  if (address.verified_at) contact.set(name + "_sist_verifisert", base::to_rfc3339(*address.verified_at));
  if (address.shared) contact.set(name + "_duplisert", "JA");
}

Json krr_answer(const terms::NationalIdText& number, const parties::KrrPerson& person) {
  auto said = Json::object({{"personidentifikator", number.reveal()},
                            {"reservasjon", person.reserved ? "JA" : "NEI"},
                            {"status", person.status}});
  if (person.status != "AKTIV") return said;
  auto contact = Json::object();
  add_krr_address(contact, "epostadresse", person.email);
  add_krr_address(contact, "mobiltelefonnummer", person.mobile);
  said.set("kontaktinformasjon", std::move(contact));
  said.set("spraak", person.language);
  return said;
}

web::Response answer_persons(const web::Request& request, const TestRegistersParts& with) {
  if (!brings_token(request, with, test_krr_scope)) return register_problem(401, "a token is needed");
  const auto question = Json::parse(request.body);
  const auto* list = question ? question->find("personidentifikatorer") : nullptr;
  if (list == nullptr || !list->is_array() || list->size() > parties::krr_batch)
    return register_problem(400, "personidentifikatorer: a list of at most 1000");
  std::vector<terms::NationalIdText> numbers;
  for (const auto& one : list->items()) numbers.emplace_back(std::string(one.text_or("")));
  const auto found = with.krr.look_up_many(numbers);
  if (!found) return register_problem(503, "unavailable");
  auto persons = Json::array();
  for (std::size_t i = 0; i < numbers.size(); ++i) persons.push_back(krr_answer(numbers[i], (*found)[i]));
  return web::json(Json::object({{"personer", std::move(persons)}}));
}

web::Response answer_changes(const web::Request& request, const TestRegistersParts& with) {
  if (!brings_token(request, with, test_krr_scope)) return register_problem(401, "a token is needed");
  const auto question = Json::parse(request.body);
  const auto from = question ? (*question)["fraEndringsId"].integer() : std::nullopt;
  if (!from) return register_problem(400, "fraEndringsId: a number");
  const auto changes = with.krr.changes_since(*from);
  if (!changes) return register_problem(503, "unavailable");
  auto list = Json::array();
  for (const auto& one : changes->rows) list.push_back(krr_answer(one.number, one.person));
  return web::json(Json::object({{"list", std::move(list)},
                                 {"fraEndringsId", Json(*from)},
                                 {"tilEndringsId", Json(changes->up_to)},
                                 {"sisteEndringsId", Json(changes->last)}}));
}

Json digital_address(std::string_view kind, const std::string& value) {
  if (kind == "mobiltelefon")
    return Json::object({{std::string(kind), Json::object({{"navn", value},
                                                           {"internasjonaltPrefiks", value.substr(0, 3)},
                                                           {"nasjonaltNummer", value.substr(3)}})}});
  const auto at = value.rfind('@');
  return Json::object(
      {{std::string(kind),
        Json::object({{"navn", value}, {"domenenavn", value.substr(at + 1)}, {"brukernavn", value.substr(0, at)}})}});
}

web::Response answer_organisation(const web::Request& request, const TestRegistersParts& with) {
  if (!brings_token(request, with, test_contacts_scope)) return register_problem(401, "a token is needed");
  const auto number = request.value(test_contacts_number);
  const auto found = with.organisations.official_addresses(number);
  if (!found) return register_problem(503, "unavailable");
  if (found->emails.empty() && found->mobiles.empty()) return register_problem(404, "none");
  auto list = Json::array();
  for (const auto& one : found->emails) list.push_back(digital_address("epostadresse", one));
  for (const auto& one : found->mobiles) list.push_back(digital_address("mobiltelefon", one));
  auto response = web::json(Json::object({{"organisasjonsnummer", number}, {"varslingsadresser", std::move(list)}}));
  response.content_type = "application/vnd.brreg.kofuvi.varslingsadresser.v1+json";
  return response;
}

}  // namespace

void add_test_registers(web::Router& router, const TestRegistersParts& parts) {
  web::RouteLimits limits;
  limits.body = 64 * 1024;
  limits.anti_forgery = false;
  router.add(
      web::Method::post, std::string(route::test_krr_persons),
      [parts](const web::Request& request) { return answer_persons(request, parts); }, limits);
  router.add(
      web::Method::post, std::string(route::test_krr_changes),
      [parts](const web::Request& request) { return answer_changes(request, parts); }, limits);
  router.add(web::Method::get, std::string(route::test_contacts),
             [parts](const web::Request& request) { return answer_organisation(request, parts); });
}

}  // namespace alting::login
