#include "parties/organisation_register.h"

#include <algorithm>

#include "base/json.h"
#include "parties/contact_words.h"
#include "store/row_reader.h"

namespace alting::parties {
namespace {

using base::Json;

constexpr std::size_t most_official_addresses = 100;  // of one unit; the rest is passed over
constexpr int deepest_official_answer = 16;

base::Error no_register_answer(std::string detail) {
  return base::make_error(base::ErrorKind::unavailable, "error.contacts.no_answer", std::move(detail));
}

void add_once(std::vector<std::string>& list, std::string value) {
  if (list.size() < most_official_addresses && std::ranges::find(list, value) == list.end())
    list.push_back(std::move(value));
}

// What the answer calls the objects around them is not fully known; the parts of an address are (brreg.no, KoFuVi): an
// e-mail address is {brukernavn, domenenavn}, a number {internasjonaltPrefiks, nasjonaltNummer}.
void collect(const Json& said, OfficialAddresses& into, int depth) {
  if (depth > deepest_official_answer) return;
  if (said.is_array())
    for (const auto& one : said.items()) collect(one, into, depth + 1);
  if (!said.is_object()) return;
  if (const auto user = said.text("brukernavn"), domain = said.text("domenenavn"); !user.empty() && !domain.empty()) {
    auto address = std::string(user) + "@" + std::string(domain);
    if (is_contact_email(address)) add_once(into.emails, std::move(address));
    return;
  }
  if (const auto number = said.text("nasjonaltNummer"); !number.empty()) {
    auto prefix = std::string(said.text("internasjonaltPrefiks"));
    if (prefix.starts_with("00")) prefix = prefix.substr(2);
    if (prefix.empty()) prefix = "47";
    if (const auto mobile = read_mobile((prefix.starts_with('+') ? "" : "+") + prefix + std::string(number)))
      add_once(into.mobiles, *mobile);
    return;
  }
  for (const auto& [name, value] : said.members()) collect(value, into, depth + 1);
}

// The organisations that the answer names.
void collect_named(const Json& said, std::vector<std::string>& into, int depth) {
  if (depth > deepest_official_answer) return;
  if (said.is_array())
    for (const auto& one : said.items()) collect_named(one, into, depth + 1);
  if (!said.is_object()) return;
  if (const auto number = said.text("organisasjonsnummer"); !number.empty()) into.emplace_back(number);
  for (const auto& [name, value] : said.members()) collect_named(value, into, depth + 1);
}

class OrganisationRegisterClient final : public OrganisationRegister {
 public:
  OrganisationRegisterClient(net::HttpClient& http, net::TokenSource& tokens, OrganisationRegisterOptions options)
      : http_(http), tokens_(tokens), options_(std::move(options)) {}

  base::Result<OfficialAddresses> official_addresses(std::string_view organisation_number) override {
    for (int tries = 1;; ++tries) {
      auto token = tokens_.token();
      if (!token) return no_register_answer("no token for the register: " + token.error().detail);
      net::HttpRequest request;
      request.url = options_.url + "/" + std::string(organisation_number);
      request.headers = {{"Accept", "application/vnd.brreg.kofuvi.varslingsadresser.v1+json"}};
      if (!token->empty()) request.headers.emplace_back("Authorization", "Bearer " + *token);
      request.timeout = base::Duration::seconds(5);
      const auto answer = http_.send(request);
      if (!answer) return no_register_answer("the register does not answer");
      if (answer->status == 401 && tries == 1) {
        tokens_.refused(*token);
        continue;
      }
      if (answer->status == 404 || answer->status == 410) return OfficialAddresses{};
      if (answer->status != 200) return no_register_answer("the register answered " + std::to_string(answer->status));
      const auto said = Json::parse(answer->body);
      if (!said || !said->is_object()) return no_register_answer("the register's answer is no JSON object");
      OfficialAddresses found;
      collect(*said, found, 0);
      // One of another organisation, or of none without an address, is not what was asked for.
      std::vector<std::string> named;
      collect_named(*said, named, 0);
      const bool is_of_it = std::ranges::find(named, organisation_number) != named.end();
      if (!is_of_it && (!named.empty() || (found.emails.empty() && found.mobiles.empty())))
        return no_register_answer("the register's answer is not of the organisation that was asked for");
      return found;
    }
  }

 private:
  net::HttpClient& http_;
  net::TokenSource& tokens_;
  const OrganisationRegisterOptions options_;
};

class LocalOrganisationRegister final : public OrganisationRegister {
 public:
  explicit LocalOrganisationRegister(store::Database& database) : database_(database) {}

  base::Result<OfficialAddresses> official_addresses(std::string_view organisation_number) override {
    const auto rows = database_.read([&](store::Tx& tx) {
      return tx.query(
          "SELECT kind, value FROM local_organisation_contact WHERE organisation_number = ? AND accepted = 1 ORDER BY "
          "kind, value",
          {organisation_number});
    });
    OfficialAddresses found;
    for (const auto& row : rows) {
      const auto [kind, value] = store::read_row<std::string, std::string>(row);
      add_once(kind == "email" ? found.emails : found.mobiles, value);
    }
    return found;
  }

 private:
  store::Database& database_;
};

}  // namespace

std::unique_ptr<OrganisationRegister> make_organisation_register_client(net::HttpClient& http, net::TokenSource& tokens,
                                                                        OrganisationRegisterOptions options) {
  return std::make_unique<OrganisationRegisterClient>(http, tokens, std::move(options));
}

std::unique_ptr<OrganisationRegister> make_local_organisation_register(store::Database& database) {
  return std::make_unique<LocalOrganisationRegister>(database);
}

}  // namespace alting::parties
