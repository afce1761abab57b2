#include "main/certificate_commands.h"

#include <optional>

#include "base/file.h"
#include "base/text_file.h"
#include "parties/organisation_number.h"

namespace alting::main {

using base::Json;
using login::TestFault;
using login::TestProfile;

namespace {

constexpr std::size_t max_certificate_file = 32 * 1024;  // fits a line to the server (admin.cpp)

base::Error refused_command(base::ErrorKind kind, std::string why) {
  return base::make_error(kind, "error.admin", std::move(why));
}

std::optional<TestFault> fault_named(std::string_view name) {
  if (name.empty()) return TestFault::none;
  if (name == "expired") return TestFault::expired;
  if (name == "not-yet-valid") return TestFault::not_yet_valid;
  if (name == "signature") return TestFault::signature;
  if (name == "encryption") return TestFault::encryption;
  if (name == "policy") return TestFault::policy;
  if (name == "chain") return TestFault::chain;
  return std::nullopt;
}

base::Status write_certificate(const login::TestAuthority& authority, const login::TestCertificate& made,
                               const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return refused_command(base::ErrorKind::invalid, folder.string() + ": " + error.message());
  base::write_file_durably(folder / "certificate.pem", made.certificate.pem() + made.authority.pem(), 0644);
  base::write_file_durably(folder / "key.pem", made.key.pem().reveal(), 0600);
  base::write_file_durably(folder / "root.pem", authority.root().pem(), 0644);
  return {};
}

}  // namespace

base::Status test_certificate(Installation& installation, const Json& command, const PrintLine& print) {
  if (!installation.test_authority)
    return refused_command(base::ErrorKind::forbidden,
                           "the test authority is where the test issuer is: in test mode, with test_issuer.port");
  const auto& authority = *installation.test_authority;
  const auto now = installation.clock.now();
  if (const auto serial = command.text("revoke"); !serial.empty()) {
    ALTING_CHECK(authority.revoke(serial, now));
    print(fmt::format("revoked {}", serial));
    return {};
  }
  login::TestCertificateOrder order;
  const auto number = parties::read_organisation_number(command.text("org"), terms::Mode::test);
  if (!number)
    return refused_command(base::ErrorKind::invalid, "--org: not an organisation number of the test population");
  order.organisation_number = *number;
  // One that the register does not know may have a certificate all the same: it is for trying how that is refused.
  const auto party = installation.parties->find_organisation(*number);
  order.organisation_name = party ? party->name : "UKJENT VIRKSOMHET";
  order.profile = command.text("profile") == "seid1" ? TestProfile::seid1 : TestProfile::seid2;
  const auto fault = fault_named(command.text("fault"));
  if (!fault) return refused_command(base::ErrorKind::invalid, "--fault: no such fault");
  order.fault = *fault;
  const std::filesystem::path folder(std::string(command.text("out")));
  const auto made = authority.issue(order, installation.random, now);
  ALTING_CHECK(write_certificate(authority, made, folder));
  print(fmt::format("serial {}", made.certificate.serial()));
  print(fmt::format("until {}", base::to_rfc3339(made.certificate.not_after())));
  print(fmt::format("in {}: certificate.pem, key.pem, and root.pem of the test authority", folder.string()));
  return {};
}

base::Status check_certificate(Installation& installation, const Json& command, const PrintLine& print) {
  const auto given = crypto::Certificate::list_from_pem(command.text("pem"));
  if (!given || given->empty())
    return refused_command(base::ErrorKind::invalid, "the file has no certificate (PEM, the own one first)");
  std::vector<base::Bytes> chain;
  for (const auto& one : *given) chain.push_back(one.der());
  bool good = true;
  for (const auto& step : installation.certificate_checks->steps(chain, installation.clock.now())) {
    print((step.good ? "ok     " : "FAULT  ") + step.words);
    good = good && step.good;
  }
  if (good) return {};
  return refused_command(base::ErrorKind::forbidden, "nobody logs in with this certificate");
}

int doctor_of_certificate(const Where& where, const std::string& file) {
  const auto pem = base::read_text_file(file, max_certificate_file);
  const auto settings = where.settings();
  if (!pem || !settings) {
    (void)finish(base::Status(pem ? settings.error() : pem.error()));
    return could_not_look;
  }
  return through(where, Json::object({{"command", "check-certificate"}, {"pem", *pem}}));
}

void add_test_commands(CLI::App& app, int& status) {
  auto* test = app.add_subcommand("test", "What exists in test mode only");
  test->require_subcommand(1);
  auto* command = test->add_subcommand(
      "certificate", "An enterprise certificate of the test authority, or revoke one (docs/interfaces.md)");
  auto organisation = std::make_shared<std::string>();
  auto out = std::make_shared<std::string>(".");
  auto profile = std::make_shared<std::string>("seid2");
  auto fault = std::make_shared<std::string>();
  auto serial = std::make_shared<std::string>();
  auto* org = command->add_option("--org", *organisation, "The organisation's number");
  command->add_option("--out", *out, "Folder for certificate.pem, key.pem and root.pem")->capture_default_str();
  command->add_option("--profile", *profile, "seid2, or seid1 as it was before")
      ->check(CLI::IsMember({"seid2", "seid1"}))
      ->capture_default_str();
  command
      ->add_option("--fault", *fault,
                   "What is wrong with it, to try how it is refused: expired, not-yet-valid, signature, encryption, "
                   "policy or chain")
      ->check(CLI::IsMember({"expired", "not-yet-valid", "signature", "encryption", "policy", "chain"}));
  auto* revoke = command->add_option("--revoke", *serial, "Revoke the certificate with this serial number");
  revoke->excludes(org);
  auto where = add_where(command);
  command->callback([=, &status] {
    if (organisation->empty() && serial->empty()) {
      status = finish(refused_command(base::ErrorKind::invalid, "--org NUMBER, or --revoke SERIAL"));
      return;
    }
    status = through(*where, Json::object({{"command", "test-certificate"},
                                           {"org", *organisation},
                                           {"out", std::filesystem::absolute(*out).string()},
                                           {"profile", *profile},
                                           {"fault", *fault},
                                           {"revoke", *serial}}));
  });
}

}  // namespace alting::main
