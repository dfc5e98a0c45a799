using System.Text;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Api.Startup;

[Category("Integration")]
internal sealed class DotEnvFileTests
{
    private const int InvalidConfiguration = 78;

    [TestCase("LOG_LEVEL=warning\nhunter2 without a name\n", ".env line 2")]
    [TestCase("\n# comment\nAPI_KEY=\"hunter2\nLOG_LEVEL=warning\n", ".env line 3")]
    [TestCase("API_KEY='hunter2' hunter2", ".env line 1")]
    [TestCase("API_KEY=hunter2\nREPLICATE_TOKEN=hunter2\n", ".env sets REPLICATE_TOKEN,")]
    [TestCase("API_KEY=hunter2\nAPI_KEY=hunter3\n", ".env sets API_KEY more than once")]
    public async Task Start_WhenTheFileIsNotAcceptable_StopsSayingWhereAndNothingOfItsContent(string content, string words)
    {
        using var directory = new TempDirectory();
        directory.Write(".env", Encoding.UTF8.GetBytes(content));
        using var api = ApiProcess.Start(directory.FullPath, ("IMAGE_GENERATOR", "placeholder"));

        var code = await api.ExitCodeAsync();

        Assert.That(code, Is.EqualTo(InvalidConfiguration), api.Log);
        Assert.That(api.Log, Does.Contain(words).And.Not.Contain("hunter").And.Not.Contain("   at "));
    }

    [TestCase("$HOME and $$ and ${HOME}")]
    [TestCase("\"$HOME and $$ and ${HOME}\"")]
    [TestCase("'$HOME and $$ and ${HOME}'")]
    public async Task Start_WhenAValueHasADollar_TakesItLiterally(string written)
    {
        using var directory = new TempDirectory();
        directory.Write(".env", Encoding.UTF8.GetBytes($"DATA_ROOT={written}\n"));
        using var api = ApiProcess.Start(directory.FullPath, ("IMAGE_GENERATOR", "placeholder"));
        using var client = await api.ConnectAsync();

        Assert.That(Directory.Exists(Path.Combine(directory.FullPath, "$HOME and $$ and ${HOME}", "character_reference")), Is.True);
    }

    [Test]
    public async Task Start_WhenTheFileSetsWhatIsNoFlatVariable_UsesIt()
    {
        using var directory = new TempDirectory();
        directory.Write(".env", """
            Flavors__oil__PromptTemplate='{character_description} in oil'
            Logging__LogLevel__Microsoft=Error
            AWS_MAX_ATTEMPTS=3
            DOTNET_NOLOGO=1

            """u8.ToArray());
        using var api = ApiProcess.Start(directory.FullPath, ("IMAGE_GENERATOR", "placeholder"));
        using var client = await api.ConnectAsync();

        var report = await (await client.GetAsync("/api/mv/config/debug")).JsonAsync();

        Assert.That(report.GetProperty("flavors").EnumerateArray().Select(flavor => flavor.GetString()), Does.Contain("oil"));
    }
}
