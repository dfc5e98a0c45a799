using System.Security.Cryptography;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.References;
using CharacterRefs.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using NSubstitute;

namespace CharacterRefs.Tests.Api.References;

/// <summary>What happens to an image between its being found and its being opened.</summary>
[Category("Api")]
internal sealed class VanishingFileTests
{
    [Test]
    public async Task Get_WhenTheFileIsDeletedMeanwhile_IsNotFound()
    {
        using var data = new TempDirectory();
        var (id, image) = await UploadAsync(data);
        using var api = FindingFilesAt(data, Path.Combine(data.FullPath, "gone", "image.png"), image);

        using var response = await api.CreateClient().GetAsync($"/api/mv/get_character_reference/{id}");

        var problem = await response.ProblemAsync(404, "NotFound");
        Assert.That(problem.GetProperty("detail").GetString(), Is.EqualTo($"Character reference image with ID {id} not found"));
        Assert.That(response.Headers.ETag, Is.Null);
    }

    [Test]
    public async Task Get_WhenTheFileMayNotBeRead_IsStorageUnavailable()
    {
        using var data = new TempDirectory();
        var (id, image) = await UploadAsync(data);
        using var api = FindingFilesAt(data, data.FullPath, image); // opening a directory is an access that is denied, even to root

        using var response = await api.CreateClient().GetAsync($"/api/mv/get_character_reference/{id}");

        await response.ProblemAsync(503, "StorageUnavailable");
        Assert.That(response.Headers.RetryAfter, Is.Not.Null);
    }

    private static async Task<(string Id, byte[] Image)> UploadAsync(TempDirectory data)
    {
        using var api = new ApiFactory(data.FullPath);
        var image = TestImages.Solid(ImageFormat.Png, 8, 8);
        return (await api.CreateClient().UploadedIdAsync(image), image);
    }

    private static ApiFactory FindingFilesAt(TempDirectory data, string path, byte[] image)
    {
        var files = Substitute.For<IReferenceFiles>();
        files.Find(Arg.Any<CharacterReferenceId>(), Arg.Any<ImageFormat>()).Returns(new LocalFile(path, image.Length, TimeProvider.System.GetUtcNow()));
        files.HashAsync(Arg.Any<LocalFile>(), Arg.Any<CancellationToken>()).Returns(ContentHash.FromDigest(SHA256.HashData(image)));
        files.RelativePath(Arg.Any<CharacterReferenceId>(), Arg.Any<ImageFormat>()).Returns("image.png");
        return new ApiFactory(data.FullPath) { Registrations = services => services.AddSingleton(files) };
    }
}
