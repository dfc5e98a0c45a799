using CharacterRefs.Application.Configuration;
using CharacterRefs.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace CharacterRefs.Tests.Application.Configuration;

[Category("Unit")]
internal sealed class SettingsTests
{
    private static readonly Dictionary<string, string> s_colours = new() { ["red"] = "RED", ["blue"] = "BLUE" };

    [Test]
    public void Text_WhenUnsetOrEmpty_IsTheFallback([Values(null, "", "   ")] string? value)
    {
        var settings = TestSettings.Of(("NAME", value));

        Assert.That(settings.Text("NAME", "fallback"), Is.EqualTo("fallback"));
        Assert.That(settings.Text("NAME"), Is.Null);
        Assert.That(settings.Problems(), Is.Empty);
    }

    [Test]
    public void Text_WhenSet_IsTrimmed() => Assert.That(TestSettings.Of(("NAME", " a b ")).Text("NAME"), Is.EqualTo("a b"));

    [Test]
    public void Text_WhenEmptyAboveASourceThatHasIt_IsWhatThatSourceSays([Values(null, "", " ")] string? above)
    {
        var settings = new Settings(new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create("NAME", (string?)"below")])
            .AddInMemoryCollection([KeyValuePair.Create("NAME", above)])
            .Build());

        Assert.That(settings.Text("NAME", "fallback"), Is.EqualTo("below"));
        Assert.That(settings.Declared.Single().Value, Is.EqualTo("below"));
    }

    [Test]
    public void List_WhenSetWithoutAnyEntry_IsRejected([Values(",", ", ,")] string value) =>
        AssertRejected(value, "names", settings => settings.List("NAME", null, "names", entry => entry));

    [TestCase(null, true)]
    [TestCase("", true)]
    [TestCase("true", true)]
    [TestCase("TRUE", true)]
    [TestCase("1", true)]
    [TestCase("false", false)]
    [TestCase("False", false)]
    [TestCase("0", false)]
    public void Flag_WhenAcceptable_IsRead(string? value, bool expected)
    {
        var settings = TestSettings.Of(("FLAG", value));

        Assert.That(settings.Flag("FLAG", true), Is.EqualTo(expected));
        Assert.That(settings.Problems(), Is.Empty);
    }

    [Test]
    public void Flag_WhenAnythingElse_IsRejected([Values("yes", "on", "2", "truee")] string value) =>
        AssertRejected(value, "true or false", settings => settings.Flag("NAME", true));

    [TestCase(null, 7)]
    [TestCase("", 7)]
    [TestCase("1", 1)]
    [TestCase("10", 10)]
    [TestCase(" 5 ", 5)]
    public void WholeNumber_WhenWithinBounds_IsRead(string? value, long expected)
    {
        var settings = TestSettings.Of(("NUMBER", value));

        Assert.That(settings.WholeNumber("NUMBER", 7, 1, 10), Is.EqualTo(expected));
        Assert.That(settings.Problems(), Is.Empty);
    }

    [Test]
    public void WholeNumber_WhenOutOfRangeOrNoNumber_IsRejected(
        [Values("0", "11", "-1", "1.5", "1e1", "five", "1,0", "0x5", "99999999999999999999")] string value) =>
        AssertRejected(value, "a whole number of bytes from 1 to 10", settings => settings.WholeNumber("NAME", 7, 1, 10, "bytes"));

    [Test]
    public void Seconds_WhenSet_IsASpan()
    {
        var settings = TestSettings.Of(("WAIT", "90"));

        Assert.That(settings.Seconds("WAIT", 1, 0, 100), Is.EqualTo(TimeSpan.FromSeconds(90)));
        Assert.That(settings.Seconds("OTHER", 5, 0, 100), Is.EqualTo(TimeSpan.FromSeconds(5)));
    }

    [Test]
    public void Seconds_WhenOutOfRange_IsRejected([Values("-1", "101", "5s", "00:00:05")] string value) =>
        AssertRejected(value, "a whole number of seconds from 0 to 100", settings => settings.Seconds("NAME", 5, 0, 100));

    [TestCase(null, "RED")]
    [TestCase("", "RED")]
    [TestCase("blue", "BLUE")]
    [TestCase("Blue", "BLUE")]
    public void Choice_WhenKnown_IsTaken(string? value, string expected)
    {
        var settings = TestSettings.Of(("COLOUR", value));

        Assert.That(settings.Choice("COLOUR", "red", s_colours), Is.EqualTo(expected));
        Assert.That(settings.Problems(), Is.Empty);
    }

    [Test]
    public void Choice_WhenUnsetWithoutFallback_IsNone() => Assert.That(TestSettings.Of().Choice("COLOUR", null, s_colours), Is.Null);

    [Test]
    public void Choice_WhenUnknown_IsRejected([Values("green", "red,blue")] string value) =>
        AssertRejected(value, "red, blue", settings => settings.Choice("NAME", "red", s_colours));

    [TestCase(null, "https://example.org/v1")]
    [TestCase("", "https://example.org/v1")]
    [TestCase("http://127.0.0.1:9000", "http://127.0.0.1:9000/")]
    [TestCase("https://other.example/api/", "https://other.example/api/")]
    public void HttpUrl_WhenAcceptable_IsRead(string? value, string expected)
    {
        var settings = TestSettings.Of(("URL", value));

        Assert.That(settings.HttpUrl("URL", "https://example.org/v1").AbsoluteUri, Is.EqualTo(expected));
        Assert.That(settings.Problems(), Is.Empty);
    }

    [Test]
    public void HttpUrl_WhenAnythingElse_IsRejected(
        [Values("example.org", "/v1", "ftp://example.org", "file:///etc", "https://example.org?a=1", "https://example.org#a")]
        string value) => AssertRejected(value, "an absolute http or https URL", settings => settings.HttpUrl("NAME", "https://example.org"));

    [TestCase(null, "a,b")]
    [TestCase("", "a,b")]
    [TestCase("c", "c")]
    [TestCase(" c , d ,, ", "c,d")]
    public void List_WhenAcceptable_IsSplitAndTrimmed(string? value, string expected)
    {
        var settings = TestSettings.Of(("LIST", value));

        Assert.That(settings.List("LIST", "a,b", "letters", text => text), Is.EqualTo(expected.Split(',')));
        Assert.That(settings.Problems(), Is.Empty);
    }

    [Test]
    public void List_WhenUnsetWithoutFallback_IsEmpty() => Assert.That(TestSettings.Of().List("LIST", null, "letters", text => text), Is.Empty);

    [Test]
    public void List_WhenOneEntryIsWrong_IsRejected() =>
        AssertRejected("a,bb", "single letters", settings => settings.List("NAME", null, "single letters", text => text.Length == 1 ? text : null));

    [Test]
    public void Secret_WhenSet_IsNeverShown()
    {
        var settings = TestSettings.Of(("TOKEN", "hush-hush"));

        var secret = settings.Secret("TOKEN", "a token");

        Assert.That(secret?.Reveal(), Is.EqualTo("hush-hush"));
        Assert.That($"{secret}", Is.EqualTo("***"));
        Assert.That(settings.Declared, Is.EqualTo([new DeclaredVariable("TOKEN", "***", null, "a token")]));
    }

    [Test]
    public void Secret_WhenUnsetOrEmpty_IsNoneAndNotMasked([Values(null, "")] string? value)
    {
        var settings = TestSettings.Of(("TOKEN", value));

        Assert.That(settings.Secret("TOKEN", "a token", _ => false), Is.Null);
        Assert.That(settings.Declared.Single().Value, Is.Null);
        Assert.That(settings.Problems(), Is.Empty);
    }

    [Test]
    public void Secret_WhenRejected_IsNamedButNotShown()
    {
        var settings = TestSettings.Of(("TOKEN", "hush-hush"), ("KEYS", "hush-one,hush-two"));

        settings.Secret("TOKEN", "a token", _ => false);
        settings.List<string>("KEYS", null, "keys", _ => null, isSecret: true);

        Assert.That(settings.Problems(), Has.Count.EqualTo(2));
        Assert.That(settings.Problems(), Has.One.Contains("TOKEN").And.One.Contains("KEYS").And.All.Contains("allowed: "));
        Assert.That(settings.Problems().Concat(settings.Declared.Select(setting => setting.ToString())), Has.None.Contains("hush"));
    }

    [Test]
    public void Declared_WhenRead_HasEachVariableInOrderWithValueDefaultAndRule()
    {
        var settings = TestSettings.Of(("SECOND", "5"));

        settings.Text("FIRST", "one", "a word");
        settings.WholeNumber("SECOND", 2, 1, 9);
        settings.Flag("THIRD", false);

        Assert.That(settings.Declared, Is.EqualTo(
        [
            new DeclaredVariable("FIRST", "one", "one", "a word"),
            new DeclaredVariable("SECOND", "5", "2", "a whole number from 1 to 9"),
            new DeclaredVariable("THIRD", "false", "false", "true or false"),
        ]));
    }

    [Test]
    public void ThrowIfInvalid_WhenSeveralAreWrong_NamesAllInOneException()
    {
        var settings = TestSettings.Of(("A", "x"), ("B", "y"), ("C", "3"));
        settings.Flag("A", true);
        settings.WholeNumber("B", 1, 0, 2);
        settings.WholeNumber("C", 1, 0, 2);
        settings.Reject("D does not go with E.");

        var rejection = Assert.Throws<InvalidSettingsException>(settings.ThrowIfInvalid);

        Assert.That(rejection!.Problems, Has.Count.EqualTo(4));
        Assert.That(rejection.Message.Split(Environment.NewLine), Is.EqualTo(rejection.Problems));
        Assert.That(rejection.Message, Does.Contain("A is \"x\"").And.Contain("B is \"y\"").And.Contain("C is \"3\"").And.Contain("D does not go with E."));
    }

    [Test]
    public void HttpUrl_WhenItCarriesAPassword_IsRejectedWithoutShowingIt()
    {
        var settings = TestSettings.Of(("NAME", "https://me:hunter2@example.org"));

        settings.HttpUrl("NAME", "https://example.org");

        Assert.That(settings.Problems().Single(), Does.Contain("https://***@example.org").And.Not.Contain("hunter2"));
    }

    [Test]
    public void ThrowIfInvalid_WhenNothingIsWrong_DoesNothing() => Assert.That(TestSettings.Of().ThrowIfInvalid, Throws.Nothing);

    private static void AssertRejected<T>(string value, string allowed, Func<Settings, T> read)
    {
        var settings = TestSettings.Of(("NAME", value));

        read(settings);

        Assert.That(settings.Problems(), Is.EqualTo([$"NAME is \"{value}\", which is not acceptable; allowed: {allowed}."]));
    }
}
