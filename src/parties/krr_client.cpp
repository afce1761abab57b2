#include "parties/krr_client.h"

#include <algorithm>
#include <map>
#include <stdexcept>

#include "base/json.h"

namespace alting::parties {
namespace {

using base::Json;

constexpr base::Duration krr_timeout = base::Duration::seconds(5);
constexpr std::size_t largest_krr_answer = 4 * 1024 * 1024;
constexpr std::size_t longest_krr_address = 254;

base::Error no_krr_answer(std::string detail) {
  return base::make_error(base::ErrorKind::unavailable, "error.contacts.no_answer", std::move(detail));
}

// "NEI", false, null and nothing are no; a date, "JA" or true is yes: in doubt, it is not this person's alone.
bool says_yes(const Json& value) {
  if (value.is_bool()) return value.as_bool();
  if (value.is_string())
    return !value.as_string().empty() && value.as_string() != "NEI" && value.as_string() != "false";
  return !value.is_null();
}

std::optional<base::Instant> read_time(const Json& value) { return base::from_rfc3339(value.text_or("")); }

class KrrClient final : public Krr {
 public:
  KrrClient(net::HttpClient& http, net::TokenSource& tokens, KrrOptions options)
      : http_(http), tokens_(tokens), options_(std::move(options)) {}

  base::Result<std::vector<KrrPerson>> look_up_many(const std::vector<terms::NationalIdText>& numbers) override {
    if (numbers.size() > krr_batch) throw std::logic_error("more numbers than the register takes at once");
    std::vector<KrrPerson> found(numbers.size());
    if (numbers.empty()) return found;
    std::map<std::string_view, std::vector<std::size_t>> places;  // one may be asked for twice
    auto list = Json::array();
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      auto& at = places[numbers[i].reveal()];
      if (at.empty()) list.push_back(numbers[i].reveal());
      at.push_back(i);
    }
    const auto& names = options_.fields;
    ALTING_TRY(answer, ask("/rest/v2/personer", Json::object({{names.numbers, std::move(list)}})));
    const auto* persons = answer.find(names.persons);
    if (persons == nullptr || !persons->is_array())
      return no_krr_answer("the register's answer has no list of persons");
    for (const auto& one : persons->items())
      if (const auto at = places.find(one.text(names.number)); at != places.end())
        for (const auto place : at->second) found[place] = read_krr_person(one);
    return found;
  }

  base::Result<KrrChanges> changes_since(std::int64_t from) override {
    const auto& names = options_.fields;
    ALTING_TRY(answer, ask("/rest/v2/krr/hentEndringer", Json::object({{names.changes_from, Json(from)}})));
    const auto* list = answer.find(names.changes);
    const auto up_to = answer[names.changes_up_to].integer();
    if (list == nullptr || !list->is_array() || !up_to)
      return no_krr_answer("the register's answer has no list of changes");
    KrrChanges changes;
    changes.up_to = std::max(from, *up_to);
    changes.last = std::max(changes.up_to, answer[names.changes_last].integer_or(0));
    changes.more = changes.up_to > from && changes.last > changes.up_to;  // else it would be asked for without end
    for (const auto& one : list->items())
      if (const auto number = one.text(names.number); !number.empty())
        changes.rows.push_back({terms::NationalIdText(std::string(number)), read_krr_person(one)});
    return changes;
  }

 private:
  KrrAddress read_krr_address(const Json& contact, const std::string& name) const {
    const auto& names = options_.fields;
    KrrAddress address{.value = std::string(contact.text(name)),
                       .updated_at = read_time(contact[name + names.updated]),
                       .verified_at = read_time(contact[name + names.verified]),
                       .shared = says_yes(contact[name + names.shared])};
    if (address.value.size() > longest_krr_address) address = {};
    return address;
  }

  KrrPerson read_krr_person(const Json& said) const {
    const auto& names = options_.fields;
    KrrPerson person;
    person.status = said.text(names.status);
    person.reserved = says_yes(said[names.reservation]);
    person.may_be_told = said.text(names.notice_status) != "KAN_IKKE_VARSLES";
    person.language = said.text(names.language);
    const auto& contact = said[names.contact];
    person.email = read_krr_address(contact, names.email);
    person.mobile = read_krr_address(contact, names.mobile);
    return person;
  }

  // Once more when the token was not taken: it may have been withdrawn since it was given.
  base::Result<Json> ask(std::string_view path, const Json& question) {
    for (int tries = 1;; ++tries) {
      auto token = tokens_.token();
      if (!token) return no_krr_answer("no token for the register: " + token.error().detail);
      net::HttpRequest request;
      request.method = "POST";
      request.url = options_.url + std::string(path);
      request.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}};
      if (!token->empty()) request.headers.emplace_back("Authorization", "Bearer " + *token);
      request.body = question.dump();
      request.timeout = krr_timeout;
      request.max_answer = largest_krr_answer;
      const auto answer = http_.send(request);
      if (!answer) return no_krr_answer("the register does not answer");
      if (answer->status == 401 && tries == 1) {
        tokens_.refused(*token);
        continue;
      }
      if (answer->status != 200) return no_krr_answer("the register answered " + std::to_string(answer->status));
      auto said = Json::parse(answer->body, {.size = largest_krr_answer});
      if (!said || !said->is_object()) return no_krr_answer("the register's answer is no JSON object");
      return std::move(*said);
    }
  }

  net::HttpClient& http_;
  net::TokenSource& tokens_;
  const KrrOptions options_;
};

}  // namespace

std::unique_ptr<Krr> make_krr_client(net::HttpClient& http, net::TokenSource& tokens, KrrOptions options) {
  return std::make_unique<KrrClient>(http, tokens, std::move(options));
}

}  // namespace alting::parties
