console.log("camelid");
