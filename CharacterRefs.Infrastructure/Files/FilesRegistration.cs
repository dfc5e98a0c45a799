using CharacterRefs.Application.Ports;
using Microsoft.Extensions.DependencyInjection;

namespace CharacterRefs.Infrastructure.Files;

internal static class FilesRegistration
{
    /// <summary>Adds the reference files. Their directory is made, and tried by writing, when they are first asked for.</summary>
    public static IServiceCollection AddReferenceFiles(this IServiceCollection services, DataRootOptions options) =>
        services.AddSingleton<IReferenceFiles>(_ => new LocalReferenceFiles(options));
}
