using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using NSubstitute;

namespace CharacterRefs.Tests.Api;

/// <summary>What happens to an image between its being found and its being opened.</summary>
[Category("Api")]
internal sealed class VanishingFileTests
{
    [Test]
    public async Task Get_WhenTheFileIsDeletedMeanwhile_IsNotFound()
    {
        using var api = new ApiFactory();
        var id = await api.CreateClient().UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 8, 8));
        using var client = FindingFilesAt(api, Path.Combine(api.DataRoot, "gone", "image.png"));

        using var response = await client.GetAsync($"/api/mv/get_character_reference/{id}");

        var problem = await response.ProblemAsync(404, "NotFound");
        Assert.That(problem.GetProperty("detail").GetString(), Is.EqualTo($"Character reference image with ID {id} not found"));
        Assert.That(response.Headers.ETag, Is.Null);
    }

    [Test]
    public async Task Get_WhenTheFileMayNotBeRead_IsStorageUnavailable()
    {
        using var api = new ApiFactory();
        var id = await api.CreateClient().UploadedIdAsync(TestImages.Solid(ImageFormat.Png, 8, 8));
        using var client = FindingFilesAt(api, api.DataRoot); // opening a directory is an access that is denied, even to root

        using var response = await client.GetAsync($"/api/mv/get_character_reference/{id}");

        await response.ProblemAsync(503, "StorageUnavailable");
        Assert.That(response.Headers.RetryAfter, Is.Not.Null);
    }

    private static HttpClient FindingFilesAt(ApiFactory api, string path)
    {
        var files = Substitute.For<IReferenceFiles>();
        files.Find(Arg.Any<CharacterReferenceId>(), Arg.Any<ImageFormat>()).Returns(new LocalFile(path, 1, TimeProvider.System.GetUtcNow()));
        files.RelativePath(Arg.Any<CharacterReferenceId>(), Arg.Any<ImageFormat>()).Returns("image.png");
        return api.WithWebHostBuilder(host => host.ConfigureTestServices(services => services.AddSingleton(files))).CreateClient();
    }
}
