using CharacterRefs.Application.Configuration;
using CharacterRefs.Application.Generations;
using CharacterRefs.Application.Generations.Generate;
using CharacterRefs.Application.References.FindReference;
using CharacterRefs.Infrastructure;
using CharacterRefs.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CharacterRefs.Tests.Infrastructure;

/// <summary>The whole of CharacterRefs in a process that brings nothing but its configuration.</summary>
[Category("Integration")]
internal sealed class AddCharacterRefsTests : IDisposable
{
    private static readonly string[] s_withBucket =
        ["STORAGE_BACKEND=s3", "STORAGE_BUCKET=refs", "AWS_REGION=eu-central-1", "AWS_ACCESS_KEY_ID=key", "AWS_SECRET_ACCESS_KEY=secret"];

    private readonly TempDirectory _root = new();

    public void Dispose() => _root.Dispose();

    [Test]
    public async Task AddCharacterRefs_WhenThereIsNoHost_WorksOnceItsPartsWereStarted()
    {
        await using var provider = new ServiceCollection().AddCharacterRefs(Configuration("IMAGE_GENERATOR=placeholder")).BuildServiceProvider();
        var parts = provider.GetServices<IHostedService>().ToList();
        foreach (var part in parts)
        {
            await part.StartAsync(CancellationToken.None);
        }

        await GenerateAndFindAsync(provider);

        foreach (var part in Enumerable.Reverse(parts))
        {
            await part.StopAsync(CancellationToken.None);
        }
    }

    [Test]
    public async Task AddCharacterRefs_WhenThereIsAHost_WorksOnceItIsStarted()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddCharacterRefs(Configuration("IMAGE_GENERATOR=placeholder"));
        using var host = builder.Build();
        await host.StartAsync();

        await GenerateAndFindAsync(host.Services);

        await host.StopAsync();
    }

    [TestCase("IMAGE_GENERATOR=placeholder")]
    [TestCase("IMAGE_GENERATOR=replicate")]
    public void AddCharacterRefs_WhenTheCollectionWasEmpty_LeavesNothingUnresolved(string generator)
    {
        foreach (var store in new[] { [], s_withBucket })
        {
            var services = new ServiceCollection().AddCharacterRefs(Configuration([generator, .. store]));

            Assert.That(
                () => services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true }).Dispose(), Throws.Nothing);
        }
    }

    [TestCase("Development", "placeholder")]
    [TestCase("Production", "replicate")]
    [TestCase("", "replicate")]
    public void AddCharacterRefs_WhenNoGeneratorIsConfigured_ChoosesItByTheEnvironment(string environment, string expected)
    {
        using var provider = new ServiceCollection().AddCharacterRefs(Configuration($"environment={environment}")).BuildServiceProvider();

        Assert.That(provider.GetRequiredService<GeneratorChoice>().Name, Is.EqualTo(expected));
    }

    [Test]
    public void AddCharacterRefs_WhenVariablesAreWrong_NamesThemAll() =>
        Assert.That(
            () => new ServiceCollection().AddCharacterRefs(Configuration("JOB_CONCURRENCY=0", "STORE_WAIT=soon")),
            Throws.TypeOf<InvalidSettingsException>()
                .With.Property(nameof(InvalidSettingsException.Problems)).EquivalentTo(new[]
                {
                    "JOB_CONCURRENCY is \"0\", which is not acceptable; allowed: a whole number from 1 to 64.",
                    "STORE_WAIT is \"soon\", which is not acceptable; allowed: a whole number of seconds from 1 to 300.",
                }));

    [Test]
    public void AddCharacterRefs_WhenTheCallerHasAClock_KeepsIt()
    {
        var clock = new FastTimeProvider(2);
        using var provider = new ServiceCollection().AddSingleton<TimeProvider>(clock).AddCharacterRefs(Configuration("IMAGE_GENERATOR=placeholder"))
            .BuildServiceProvider();

        Assert.That(provider.GetRequiredService<TimeProvider>(), Is.SameAs(clock));
    }

    private static async Task GenerateAndFindAsync(IServiceProvider services)
    {
        var generated = await services.GetRequiredService<GenerateAndWaitHandler>().HandleAsync(
            new GenerateReferencesCommand { Description = "A robot", NumImages = 1, Parameters = new() }, CancellationToken.None);
        var image = generated.Value!.Images.Single();
        var found = await services.GetRequiredService<FindReferenceHandler>().HandleAsync(image.Reference.Id, CancellationToken.None);

        Assert.That(found.Value!.Reference.Sha256, Is.EqualTo(image.Reference.Sha256));
        Assert.That(found.Value.File, Is.Not.Null);
    }

    private IConfiguration Configuration(params string[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["DATA_ROOT"] = Path.Join(_root.FullPath, "outputs"),
            ["JOBS_ROOT"] = Path.Join(_root.FullPath, "jobs"),
            ["REPLICATE_MODEL"] = "a/b",
            ["Flavors:default:PromptTemplate"] = "{character_description}",
        })
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Split('=')[0], (string?)setting.Split('=')[1])))
        .Build();
}
