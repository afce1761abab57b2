#include "main/notice_commands.h"

#include "main/command_list.h"

namespace alting::main {

using base::Json;

namespace {

base::Error refused_order(const base::Error& error) {
  std::string why = error.code;
  std::string field;
  for (const auto& [name, value] : error.params)
    if (name == "field") field = value;
  if (error.code == "notify.error.cause") why = "--key: 1 to 40 small letters, digits and hyphens";
  if (error.code == "notify.error.field")
    why = field == "day" ? "--day: a day, as 2026-12-31"
                         : "--" + field.substr(field.find('_') + 1) +
                               ": one line of at most 500 octets, without a link, an address or a person's number";
  return base::make_error(error.kind, "error.admin", why);
}

}  // namespace

base::Status service_message(Installation& installation, const Json& command, const PrintLine& print) {
  notify::ServiceMessage message;
  message.key = command.text("key");
  message.day = command.text("day");
  for (std::size_t i = 0; i < message.words.size(); ++i)
    message.words[i] = command["words"].text(base::to_text(base::all_languages[i]));
  const auto to = command.text("to");
  if (to != "organisations" && to != "agencies")
    return base::make_error(base::ErrorKind::invalid, "error.admin", "--to: organisations or agencies");
  message.to = to == "agencies" ? notify::ServiceAudience::agencies : notify::ServiceAudience::organisations;
  const auto language = base::language_from(command.text("language"));
  if (!language) return base::make_error(base::ErrorKind::invalid, "error.admin", "--language: nb, nn or en");
  message.language = *language;
  const bool only_count = command["only_count"].bool_or(false);
  const auto ordered = installation.notify->service_messages.order(message, only_count);
  if (!ordered) return refused_order(ordered.error());
  print(fmt::format("{} {}, {} had it before", ordered->ordered, only_count ? "would be told" : "are told",
                    ordered->told_before));
  return {};
}

void add_notice_commands(CLI::App& app, int& status) {
  auto* command = app.add_subcommand("service-message",
                                     "Tell those who have added an address here of maintenance, or of a changed rule");
  struct Words {
    std::string key, day, to, nb, nn, en, language = "nb";
    bool only_count = false;
  };
  auto words = std::make_shared<Words>();
  command->add_option("--key", words->key, "What it is called: who was told under the same key is not told again")
      ->required();
  command->add_option("--day", words->day, "From when it holds, as 2026-12-31")->required();
  command->add_option("--to", words->to, "organisations (that are no agency), or agencies")->required();
  command->add_option("--nb", words->nb, "What is told, in Bokmål: one sentence or a few, without a link")->required();
  command->add_option("--nn", words->nn, "The same in Nynorsk")->required();
  command->add_option("--en", words->en, "The same in English")->required();
  command->add_option("--language", words->language, "Which of them the mail is in: nb, nn or en");
  command->add_flag("--dry-run", words->only_count, "Say how many it would be, and order nothing");
  auto where = add_where(command);
  command->callback([=, &status] {
    status = through(*where,
                     Json::object({{"command", "service-message"},
                                   {"key", words->key},
                                   {"day", words->day},
                                   {"to", words->to},
                                   {"words", Json::object({{"nb", words->nb}, {"nn", words->nn}, {"en", words->en}})},
                                   {"language", words->language},
                                   {"only_count", words->only_count}}));
  });
}

}  // namespace alting::main
