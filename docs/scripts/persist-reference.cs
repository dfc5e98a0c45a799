#:sdk Microsoft.NET.Sdk.Web
#:package DotNetEnv
#:project ../../CharacterRefs.Infrastructure
#:property PublishAot=false

// Persists an image as a standalone copy and below a job's prefix, and prints the URL of each copy.
//   dotnet run docs/scripts/persist-reference.cs [-- DIRECTORY]

using CharacterRefs.Application.Generations.Generate;
using CharacterRefs.Application.References.PersistReference;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Scripts;

await using var pipeline = await Pipeline.StartAsync(args);

var robot = new GenerateReferencesCommand { Description = "A silver metallic humanoid robot with red shield", NumImages = 1, Parameters = new() };
var generated = (await pipeline.Get<GenerateAndWaitHandler>().HandleAsync(robot, CancellationToken.None)).OrThrow();
var image = generated.Images[0].Reference;
Console.WriteLine($"generated: {image.Id}");

var persist = pipeline.Get<PersistReferenceHandler>();
var standalone = (await persist.HandleAsync(new PersistReferenceCommand(image.Id, JobId: null), CancellationToken.None)).OrThrow();
Console.WriteLine($"stored: {standalone.Url.Url}");

var job = JobId.TryParse("robot-film", out var id) ? id : throw new FormatException(JobId.Rule);
var inJob = (await persist.HandleAsync(new PersistReferenceCommand(image.Id, job), CancellationToken.None)).OrThrow();
Console.WriteLine($"stored for {job}: {inJob.Url.Url}");
