#include "main/client_commands.h"

#include "base/text_file.h"
#include "login/token_scopes.h"
#include "main/command_list.h"

namespace alting::main {

using base::Json;

namespace {

std::string why_not(const base::Error& error) {
  if (error.code == "error.client.elsewhere") return "clients are registered here in test mode only";
  if (error.code == "error.client.organisation") return "--org: no organisation of the register has this number";
  if (error.code == "error.client.supplier") return "--supplier: no other organisation has this number";
  if (error.code == "error.client.no_supplier") return "--supplier: an organisation number is missing";
  if (error.code == "error.client.own_number") return "--supplier: this is the consumer's own number";
  if (error.code == "error.client.scope") return "--scope: one or more of those that `alting client add --help` names";
  if (error.code == "error.client.key") return "--key: no public key (JWK or PEM; RSA of 2048 bits or more, or P-256)";
  if (error.code == "error.client.private_key")
    return "--key: this is a private key; make a new pair, and give the public key";
  if (error.code == "error.client.same_key") return "--key: a system of the organisation has this key already";
  if (error.code == "error.client.name") return "--name: one line of at most 100 characters";
  if (error.code == "error.client.not_found") return "no such client is in force";
  if (error.code == "error.client.given") return "--supplier: it has this scope already";
  if (error.code == "error.client.too_many") return "the organisation has as many as it can have: end one first";
  return error.code;
}

base::Error refused_command(const base::Error& error) {
  return base::make_error(error.kind, "error.admin", why_not(error));
}

base::Status add_client(Installation& installation, const Json& wanted, const PrintLine& print) {
  login::NewClient client;
  client.name = wanted.text("name");
  for (const auto& scope : wanted["scopes"].is_array() ? wanted["scopes"].items() : base::JsonArray{})
    client.scopes.emplace_back(scope.text_or(""));
  if (const auto text = wanted.text("key"); !text.empty()) {
    auto key = login::read_client_key(text);
    if (!key) return refused_command(key.error());
    client.key = std::move(*key);
  }
  const auto added =
      installation.clients->add_by_operator(wanted.text("organisation"), client, installation.clock.now());
  if (!added) return refused_command(added.error());
  print(added->client_id);
  return {};
}

void add_add_command(CLI::App& group, int& status) {
  auto* command = group.add_subcommand("add", "Register a system that may get tokens; says its client id");
  struct Words {
    std::string organisation, name = "test", key;
    std::vector<std::string> scopes;
  };
  auto words = std::make_shared<Words>();
  std::string known;
  for (const auto scope : login::known_scopes) known += (known.empty() ? "" : ", ") + std::string(scope);
  command->add_option("--org", words->organisation, "Number of the organisation whose system it is")->required();
  command->add_option("--name", words->name, "What people call the system");
  command->add_option("--key", words->key,
                      "File with its public key (JWK or PEM); without one it proves itself with an enterprise "
                      "certificate of its organisation");
  command->add_option("--scope", words->scopes, "What it may ask for: " + known)->required();
  auto where = add_where(command);
  command->callback([=, &status] {
    std::string key;
    if (!words->key.empty()) {
      auto read = base::read_text_file(words->key, login::max_client_key);
      if (!read) {
        status = finish(base::Status(std::move(read.error())));
        return;
      }
      key = std::move(*read);
    }
    auto scopes = Json::array();
    for (const auto& one : words->scopes) scopes.push_back(one);
    status = through(*where, Json::object({{"command", "client"},
                                           {"add", Json::object({{"organisation", words->organisation},
                                                                 {"name", words->name},
                                                                 {"key", std::move(key)},
                                                                 {"scopes", std::move(scopes)}})}}));
  });
}

void add_end_command(CLI::App& group, int& status) {
  auto* command = group.add_subcommand("end", "End a system's registration: its tokens are refused at once");
  auto id = std::make_shared<std::string>();
  command->add_option("id", *id, "Its client id")->required();
  auto where = add_where(command);
  command->callback([=, &status] { status = through(*where, Json::object({{"command", "client"}, {"end", *id}})); });
}

void add_supplier_command(CLI::App& group, int& status) {
  auto* command = group.add_subcommand("supplier", "Let the systems of another organisation act for one");
  auto consumer = std::make_shared<std::string>();
  auto supplier = std::make_shared<std::string>();
  auto scope = std::make_shared<std::string>();
  command->add_option("--org", *consumer, "Number of the organisation that is acted for")->required();
  command->add_option("--supplier", *supplier, "Number of the organisation whose systems act")->required();
  command->add_option("--scope", *scope, "With which scope")->required();
  auto where = add_where(command);
  command->callback([=, &status] {
    status = through(
        *where, Json::object({{"command", "client"},
                              {"supplier",
                               Json::object({{"consumer", *consumer}, {"supplier", *supplier}, {"scope", *scope}})}}));
  });
}

}  // namespace

base::Status client_command(Installation& installation, const Json& command, const PrintLine& print) {
  const auto now = installation.clock.now();
  if (const auto* wanted = command.find("add"); wanted != nullptr) return add_client(installation, *wanted, print);
  if (const auto* wanted = command.find("supplier"); wanted != nullptr) {
    const auto given = installation.clients->give_by_operator(wanted->text("consumer"), wanted->text("supplier"),
                                                              wanted->text("scope"), now);
    if (!given) return refused_command(given.error());
    print(given->id);
    return {};
  }
  const auto ended = installation.clients->end_by_operator(command.text("end"), now);
  return ended ? base::Status() : base::Status(refused_command(ended.error()));
}

void add_client_commands(CLI::App& app, int& status) {
  auto* group = app.add_subcommand("client", "Systems that call the machine interfaces; test mode only");
  group->require_subcommand(1);
  add_add_command(*group, status);
  add_end_command(*group, status);
  add_supplier_command(*group, status);
}

}  // namespace alting::main
