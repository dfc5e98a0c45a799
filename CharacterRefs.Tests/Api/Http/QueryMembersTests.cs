using System.Net;
using CharacterRefs.Tests.Support;

namespace CharacterRefs.Tests.Api.Http;

[Category("Api")]
internal sealed class QueryMembersTests
{
    private const string Id = "019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44";

    [TestCase("character_references?limt=3", "limt", "limit, cursor, query, origin")]
    [TestCase("character_references?limit=3&a.b=1", "a.b", "limit, cursor, query, origin")]
    [TestCase($"character_references/{Id}?redirect=true", "redirect", "none")]
    [TestCase($"character_references/{Id}/content?redirct=true", "redirct", "redirect")]
    [TestCase($"character_references/{Id}/url?job=1", "job", "job_id, extension")]
    [TestCase($"get_character_reference/{Id}?redirct=true", "redirct", "redirect")]
    [TestCase("config/debug?verbose=1", "verbose", "none")]
    public async Task Get_WhenAQueryMemberIsUnknown_NamesItAndTheKnown(string path, string member, string known)
    {
        using var api = new ApiFactory();

        using var response = await api.CreateClient().GetAsync($"/api/mv/{path}");

        await response.ProblemOnFieldAsync(member, $"{member} is not a member of this request", $"known: {known}");
    }

    [TestCase("character_references?limit=1&limit=2", "limit")]
    [TestCase("character_references?origin=uploaded&origin=generated", "origin")]
    [TestCase("jobs?query=a&Query=b", "query")]
    [TestCase($"character_references/{Id}/content?redirect=true&redirect=false", "redirect")]
    public async Task Get_WhenAQueryMemberOccursTwice_NamesIt(string path, string member)
    {
        using var api = new ApiFactory();

        using var response = await api.CreateClient().GetAsync($"/api/mv/{path}");

        await response.ProblemOnFieldAsync(member, $"{member} occurs more than once.");
    }

    [TestCase("uploads?limit=0", "limit", "from 1 to 100")]
    [TestCase("uploads?limit=101", "limit", "from 1 to 100")]
    [TestCase("usage?from=x", "from", "from must be a date such as 2026-11-30.")]
    [TestCase("usage?to=2026-02-30", "to", "to must be a date such as 2026-11-30.")]
    public async Task Get_WhenAValueIsNotAcceptable_NamesTheRule(string path, string member, string rule)
    {
        using var api = new ApiFactory();

        using var response = await api.CreateClient().GetAsync($"/api/mv/{path}");

        await response.ProblemOnFieldAsync(member, rule);
    }

    [Test]
    public async Task Generate_WhenAMemberIsInTheQuery_RejectsItInsteadOfGeneratingWithoutIt()
    {
        using var api = new ApiFactory();

        using var response = await api.CreateClient().PostAsync(
            "/api/mv/generate_character_reference?num_images=1", new StringContent(
                """{"character_description":"x"}""", System.Text.Encoding.UTF8, "application/json"));

        await response.ProblemOnFieldAsync("num_images", "not a member");
    }

    [Test]
    public async Task List_WhenSeveralMembersAreWrong_NamesAll()
    {
        using var api = new ApiFactory();

        using var response = await api.CreateClient().GetAsync("/api/mv/character_references?limit=0&limt=3");

        await response.ProblemOnFieldAsync("limt", "not a member");
        await response.ProblemOnFieldAsync("limit", "1 to 100");
    }

    [TestCase("maybe")]
    [TestCase("")]
    [TestCase("1")]
    public async Task Get_WhenRedirectIsNeitherTrueNorFalse_NamesBoth(string value)
    {
        using var api = new ApiFactory();

        using var response = await api.CreateClient().GetAsync($"/api/mv/get_character_reference/{Id}?redirect={value}");

        await response.ProblemOnFieldAsync("redirect", "redirect must be true or false");
    }

    [Test]
    public async Task List_WhenAllMembersAreKnown_IsAccepted()
    {
        using var api = new ApiFactory();

        using var response = await api.CreateClient().GetAsync("/api/mv/character_references?limit=3&query=x&origin=generated");

        response.AssertStatus(HttpStatusCode.OK);
    }
}
