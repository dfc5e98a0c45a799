# syntax=docker/dockerfile:1
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /src
# Package files first, so that a change of the code does not restore the packages again.
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt ./
COPY CharacterRefs.Domain/CharacterRefs.Domain.csproj CharacterRefs.Domain/packages.lock.json CharacterRefs.Domain/
COPY CharacterRefs.Application/CharacterRefs.Application.csproj CharacterRefs.Application/packages.lock.json CharacterRefs.Application/
COPY CharacterRefs.Infrastructure/CharacterRefs.Infrastructure.csproj CharacterRefs.Infrastructure/packages.lock.json CharacterRefs.Infrastructure/
COPY CharacterRefs.Api/CharacterRefs.Api.csproj CharacterRefs.Api/packages.lock.json CharacterRefs.Api/
RUN dotnet restore CharacterRefs.Api --locked-mode
COPY . .
RUN dotnet publish CharacterRefs.Api --configuration Release --no-restore --output /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
COPY --from=build /app /app
# Data and .env are in the working directory; a new volume takes the owner of this directory.
RUN mkdir -p /data/mv && chown -R "$APP_UID" /data
WORKDIR /data
USER $APP_UID
ENV API_HOST=0.0.0.0 API_PORT=8000 AWS_EC2_METADATA_DISABLED=true
VOLUME /data/mv
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["dotnet", "/app/CharacterRefs.Api.dll", "health"]
ENTRYPOINT ["dotnet", "/app/CharacterRefs.Api.dll"]
