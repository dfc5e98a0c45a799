using System.Net;
using CharacterRefs.Tests.Support;
using Microsoft.Data.Sqlite;

namespace CharacterRefs.Tests.Api.Operation;

/// <summary>A catalog whose file is damaged while the service runs.</summary>
[Category("Api")]
internal sealed class DamagedCatalogTests
{
    private const string Sentence = "The catalog is damaged. Stop the service and restore a backup of catalog.db in DATA_ROOT, or move it away: "
        + "the next start then adopts the image files into a new catalog, without prompts and jobs.";

    [TestCase(0, Description = "SQLITE_NOTADB")]
    [TestCase(4096, Description = "SQLITE_CORRUPT: the first page stays")]
    public async Task AnyRequest_WhenTheFileOfTheCatalogIsDamaged_SaysSoAndTheWayOut(int from)
    {
        using var api = new ApiFactory();
        using var client = api.CreateClient();
        await client.UploadedIdAsync(TestImages.NoisePng);
        Damage(Path.Join(api.DataRoot, "catalog.db"), from);

        foreach (var path in new[] { "character_references", $"character_references/{Guid.NewGuid()}", "usage" })
        {
            using var response = await client.GetAsync($"/api/mv/{path}");
            var problem = await response.ProblemAsync(503, "StorageUnavailable");
            Assert.That(problem.GetProperty("detail").GetString(), Is.EqualTo(Sentence));
        }

        using var ready = await client.GetAsync("/health/ready");
        ready.AssertStatus(HttpStatusCode.ServiceUnavailable);
        Assert.That(await ready.Content.ReadAsStringAsync(), Does.Contain($"{{\"status\":\"unhealthy\",\"detail\":\"{Sentence}\"}}"));
        (await client.GetAsync("/health/live")).AssertStatus(HttpStatusCode.OK);
        Assert.That(api.Log.Lines, Has.Some.Contains($"GET /api/mv/usage failed on the disk: {Sentence} (SQLite Error"));
        Assert.That(api.Log.Lines, Has.None.Contains("   at "), "the cause says all");
    }

    /// <summary>Overwrites the file in place, after SQLite has moved all of its log into it.</summary>
    private static void Damage(string path, int from)
    {
        using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            connection.Open();
            using var checkpoint = connection.CreateCommand();
            checkpoint.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            checkpoint.ExecuteNonQuery();
        }

        using var file = File.Open(path, FileMode.Open);
        var noise = new byte[file.Length - from];
        Array.Fill(noise, (byte)0xA5);
        file.Position = from;
        file.Write(noise);
    }
}
